// A real OpenID provider on a loopback port: one application, and access tokens as JWT (RFC 9068, RFC 8707).
// node provider.mjs PORT KEY_ID CLAIMS: signs with a new key of that id, adds CLAIMS (JSON) to every token,
// prints "ready PORT" once it listens; PORT 0 takes a free one.
import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import Provider from "oidc-provider";

const ALGORITHM = "ES256";
const [port, keyId, claims] = process.argv.slice(2);

function signingKey() {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return { ...privateKey.export({ format: "jwk" }), kid: keyId, alg: ALGORITHM, use: "sig" };
}

const application = {
  client_id: "tax-application",
  client_secret: "made-up-for-this-test",
  grant_types: ["client_credentials"],
  redirect_uris: [],
  response_types: [],
  id_token_signed_response_alg: ALGORITHM,
};

const resourceIndicators = {
  enabled: true,
  getResourceServerInfo: (_context, audience) => ({
    audience,
    scope: "",
    accessTokenFormat: "jwt",
    accessTokenTTL: 600,
    jwt: { sign: { alg: ALGORITHM } },
  }),
};

const configuration = {
  clients: [application],
  cookies: { keys: ["made-up-for-this-test"] },
  jwks: { keys: [signingKey()] },
  extraTokenClaims: () => JSON.parse(claims),
  features: {
    clientCredentials: { enabled: true },
    devInteractions: { enabled: false },
    resourceIndicators,
  },
};

const server = createServer();
server.listen(Number(port), "127.0.0.1", () => {
  const taken = server.address().port;
  server.on("request", new Provider(`http://127.0.0.1:${taken}`, configuration).callback());
  console.log(`ready ${taken}`);
});
