// Prints whose the token in the first argument is. Node 18 or later.

// Asks Gatehouse about a token. An exception means that nothing is known: refuse the request with a 500 or 503.
async function introspect(token) {
  const { GATEHOUSE_URL, GATEHOUSE_APP_ID, GATEHOUSE_APP_SECRET } = process.env;
  const response = await fetch(GATEHOUSE_URL + "/oauth2/introspect", {
    method: "POST",
    headers: { Authorization: "Basic " + Buffer.from(`${GATEHOUSE_APP_ID}:${GATEHOUSE_APP_SECRET}`).toString("base64") },
    body: new URLSearchParams({ token }),
    signal: AbortSignal.timeout(5000),
  });
  if (!response.ok) throw new Error(`Gatehouse responded ${response.status}`);
  return response.json();
}

const session = await introspect(process.argv[2]);
console.log(session.active ? session.username : "nobody");
