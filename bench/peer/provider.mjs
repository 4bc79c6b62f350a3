// oidc-provider by panva, a certified OpenID Provider, with its state in memory: of one client:
// `node provider.mjs PORT CLIENT_ID CLIENT_SECRET REDIRECT_URI`.
import Provider from "oidc-provider";

const [port, client_id, client_secret, redirect_uri] = process.argv.slice(2);
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    {
      client_id,
      client_secret,
      redirect_uris: [redirect_uri],
      grant_types: ["authorization_code"],
      response_types: ["code"],
      token_endpoint_auth_method: "client_secret_post",
    },
  ],
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
  findAccount: (context, id) => ({
    accountId: id,
    claims: () => ({ sub: id, email: `${id}@example.org`, email_verified: true, name: id }),
  }),
  cookies: { keys: ["for-measuring-only"] },
  ttl: { Session: 86400, Grant: 86400, AccessToken: 3600, IdToken: 3600, Interaction: 3600, AuthorizationCode: 60 },
  features: { devInteractions: { enabled: true } }, // a form for the sign-in and one for the consent
});
const server = provider.listen(Number(port), "127.0.0.1");
server.keepAliveTimeout = 600_000; // a connection waits while others have their turn
