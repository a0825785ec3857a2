// A certified OpenID provider on a port of this machine (PORT; a free one): whoever signs in is whom he says he is. Prints its issuer.
import http from 'node:http'
import Provider from 'oidc-provider'

const server = http.createServer()
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: process.env.CLIENT,
        client_secret: process.env.SECRET,
        // Of a native one the port of the way back counts nothing (RFC 8252, 7.3).
        application_type: 'native',
        redirect_uris: [process.env.BACK],
        grant_types: ['authorization_code'],
        response_types: ['code'],
      },
    ],
    cookies: { keys: ['only for tests'] },
    pkce: { required: () => true },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  })
  server.on('request', provider.callback())
  console.log(issuer)
})
