// A website of one person, on openid-client and jose, by panva: `node client.mjs PORT ISSUER CLIENT_ID METHOD SECRET`.
// METHOD is how it authenticates at the token endpoint. What it knows is its front page, in JSON.
import "./loopback.mjs";
import { createServer } from "node:http";
import { createRemoteJWKSet, jwtVerify } from "jose";
import * as oidc from "openid-client";

const LOGOUT = "http://schemas.openid.net/event/backchannel-logout";
const METHODS = {
  client_secret_basic: oidc.ClientSecretBasic,
  client_secret_post: oidc.ClientSecretPost,
  none: oidc.None,
};

const [port, issuer, clientId, method, secret] = process.argv.slice(2);
const origin = `http://127.0.0.1:${port}`;
const config = await oidc.discovery(new URL(issuer), clientId, {}, METHODS[method](secret), {
  execute: [oidc.allowInsecureRequests], // http, on loopback
});
const provider = config.serverMetadata();
const keys = createRemoteJWKSet(new URL(provider.jwks_uri));

let asked = {}; // what the answer to the last request is compared with
let tokens = null;
let told = null; // the claims of the logout token that ended the session

async function signIn(query) {
  asked = {
    expectedState: oidc.randomState(),
    expectedNonce: oidc.randomNonce(),
    pkceCodeVerifier: oidc.randomPKCECodeVerifier(),
    idTokenExpected: true,
  };
  return redirect(
    oidc.buildAuthorizationUrl(config, {
      redirect_uri: `${origin}/callback`,
      scope: "openid profile email",
      state: asked.expectedState,
      nonce: asked.expectedNonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(asked.pkceCodeVerifier),
      code_challenge_method: "S256",
      ...Object.fromEntries(query),
    }),
  );
}

async function callback(query, address) {
  tokens = await oidc.authorizationCodeGrant(config, address, asked);
  told = null;
  return known();
}

async function refresh(query) {
  const { id_token } = tokens; // of the sign-in: it is the hint of who signs out
  const refreshed = { id_token, ...(await oidc.refreshTokenGrant(config, tokens.refresh_token)) };
  if (!query.has("keep")) tokens = refreshed;
  return known();
}

async function introspect() {
  return json(await oidc.tokenIntrospection(config, tokens.refresh_token));
}

async function revoke() {
  await oidc.tokenRevocation(config, tokens.refresh_token);
  return json({});
}

async function signOut() {
  asked = { expectedState: oidc.randomState() };
  const [post_logout_redirect_uri, id_token_hint] = [`${origin}/signed-out`, tokens.id_token];
  tokens = null;
  return redirect(
    oidc.buildEndSessionUrl(config, { post_logout_redirect_uri, id_token_hint, state: asked.expectedState }),
  );
}

async function signedOut(query) {
  return json({ state: query.get("state") === asked.expectedState });
}

// OpenID Connect Back-Channel Logout 1.0, 2.6
async function backChannelLogout(query, address, request) {
  const form = new URLSearchParams((await request.toArray()).join(""));
  const { payload } = await jwtVerify(form.get("logout_token"), keys, {
    issuer: provider.issuer,
    audience: clientId,
    typ: "logout+jwt",
    algorithms: provider.id_token_signing_alg_values_supported,
    requiredClaims: ["iat", "exp", "jti", "events"],
  });
  if (!payload.events[LOGOUT] || "nonce" in payload || !(payload.sid || payload.sub)) throw new Error("no logout");
  if (payload.sid === idTokenClaims().sid) [tokens, told] = [null, payload];
  return { status: 200 };
}

const idTokenClaims = () => JSON.parse(Buffer.from(tokens.id_token.split(".")[1], "base64url"));

async function known() {
  if (!tokens) return json({ told });
  const claims = idTokenClaims();
  return json({ claims, tokens, userinfo: await oidc.fetchUserInfo(config, tokens.access_token, claims.sub) });
}

const redirect = (address) => ({ status: 303, headers: { Location: address.href } });
const json = (body) => ({ status: 200, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
const refused = ({ error, error_description, message, cause }) => ({
  ...json({ error: error ?? message, description: error_description ?? String(cause ?? "") }),
  status: 502,
});

const pages = {
  "/": known,
  "/sign-in": signIn,
  "/callback": callback,
  "/refresh": refresh,
  "/introspect": introspect,
  "/revoke": revoke,
  "/sign-out": signOut,
  "/signed-out": signedOut,
  "/backchannel-logout": backChannelLogout,
};

createServer(async (request, response) => {
  const address = new URL(request.url, origin);
  const page = pages[address.pathname] ?? (async () => ({ status: 404 }));
  const { status, headers, body } = await page(address.searchParams, address, request).catch(refused);
  response.writeHead(status, headers).end(body);
}).listen(Number(port), "127.0.0.1");
