// oidc-provider, by panva, a certified OpenID Provider, with its state in memory: `node provider.mjs PORT CLAIMS FETCH`.
// Clients register themselves. One person has an account: her name is the sub of these claims, in JSON, her password any.
// With `its-own` as FETCH, it sends no logout token to loopback.
import "./loopback.mjs";
import { exportJWK, generateKeyPair } from "jose";
import Provider from "oidc-provider";

const [port, claims, fetching] = process.argv.slice(2);
const person = JSON.parse(claims);
const algorithms = ["RS256", "PS256", "ES256", "EdDSA"];
const pairs = await Promise.all(algorithms.map((alg) => generateKeyPair(alg, { extractable: true })));
const keys = await Promise.all(pairs.map(({ privateKey }) => exportJWK(privateKey)));
const provider = new Provider(`http://127.0.0.1:${port}`, {
  claims: { openid: ["sub"], email: ["email"], profile: ["name"] },
  findAccount: () => ({ accountId: person.sub, claims: () => person }),
  cookies: { keys: ["for-tests-only"] },
  jwks: { keys: keys.map((key, index) => ({ ...key, alg: algorithms[index], use: "sig" })) },
  enabledJWA: { idTokenSigningAlgValues: algorithms, userinfoSigningAlgValues: algorithms },
  pkce: { required: () => true },
  features: {
    backchannelLogout: { enabled: true },
    devInteractions: { enabled: true }, // a form for the sign-in and one for the consent
    jwtUserinfo: { enabled: true },
    registration: { enabled: true },
    rpInitiatedLogout: { enabled: true },
  },
  ...(fetching !== "its-own" && { fetch: (address, { dispatcher, ...options }) => fetch(address, options) }),
});
provider.on("backchannel.error", (context, error) => console.error(error));
provider.listen(Number(port), "127.0.0.1");
