// The real OpenID provider that tests sign in with: npm oidc-provider, certified, with its own development pages for
// signing in and agreeing. Arguments: port, redirect URI. It says "ready" on standard output once it listens.
import Provider from "oidc-provider";

const [port, redirectUri, seconds = "3600"] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: "the-shop",
      client_secret: "what only the two of us know",
      redirect_uris: [redirectUri],
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
    },
  ],
  pkce: { required: () => true },
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["given_name", "family_name"] },
  features: { devInteractions: { enabled: true }, revocation: { enabled: true }, introspection: { enabled: true } },
  ttl: { AccessToken: Number(seconds), IdToken: 300, RefreshToken: 86400, AuthorizationCode: 60 },
  // Whoever signs in as ada is ada@shop.example; "unproven-" in front of a name leaves the address unverified.
  findAccount: (ctx, id) => ({
    accountId: id,
    claims: () => ({
      sub: id,
      email: `${id.replace("unproven-", "")}@shop.example`,
      email_verified: !id.startsWith("unproven-"),
      given_name: id,
      family_name: "Tester",
    }),
  }),
  cookies: { keys: ["a key of the tests"] },
  // The client asks for refresh tokens by scope, as the standard has it.
  issueRefreshToken: (ctx, client, code) => code.scopes.has("offline_access"),
});

provider.listen(Number(port), "127.0.0.1", () => console.log("ready"));
