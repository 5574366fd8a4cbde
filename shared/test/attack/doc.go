// Package attack attacks Gatehouse from outside, as a stranger would, and says what got through. Its tests are the attacks;
// a breach fails them. Each runs against the command `gatehouse serve` and against the deployed binaries of the functions
// under the Lambda Runtime API (see package target), at addresses of this machine only, with a bounded number of requests.
//
//	go test ./shared/test/attack                                         quick: small counts, and no time is judged
//	go test -count=1 -timeout 30m ./shared/test/attack -v -args -long    long: needs a machine that does nothing else
//
// The attacks, where they are known from, and what is a breach:
//
//   - TestSecurity04Bursts: guesses on one account, all at the same moment (OWASP OAT-007, credential cracking, by a race, CWE-362),
//     also through all four endpoints and from many addresses. A breach is a guess above ATTEMPT_LIMIT that counts, or a
//     right one that comes through more often than guessing in a row would let it.
//   - TestSecurity07Stuffing: a list of leaked names and passwords, each tried once (OAT-008, credential stuffing), under headers that
//     claim other addresses. A breach is a request above SOURCE_LIMIT a minute that is looked at, or that another
//     source pays for.
//   - TestSpraying: one password on many accounts, slowly, from many sources (MITRE ATT&CK T1110.003). A breach is a try that
//     is not counted on its account, or a user who is locked out by it.
//   - TestEnumerationByAnswer: who exists, read from refusals (OWASP WSTG-IDNT-04). A breach is one byte that depends on
//     the cause, or a name that is nobody's and is not counted and locked like any other.
//   - TestEnumerationByTime: the same, read from how long refusals take (ASVS 6.3.8). A breach is, at bcrypt cost 10, a
//     cause whose median is more than 3 % from another's, or a memory-hard hash more than 10 % from a wrong password's.
//   - TestBodies: what is no login: oversized, malformed, swelling, or hardly HTTP (OWASP API4:2023; request smuggling, RFC
//     9112, 11.2). A breach is a login, an answer of 5xx, a connection that hangs or is out of step, or unbounded memory.
//   - TestSlowClients: connections that never finish their request (Slowloris, CWE-400). A breach is a login that they hold
//     up, and in the long form a connection that serve does not end in its time.
//   - TestParallelLoginsKeepTheCap: 200 logins of one user at once, where a user's sessions are limited (CWE-362). A breach is a
//     refusal, or another number of live sessions than the cap.
//   - TestSecurity19ParallelLogouts: 100 logouts and 100 checks at once (CWE-613). A breach is a check that finds a session
//     although it began after the logout was answered.
//
// Enumeration is tried at the products whose refusals are alike; the others' documents want the causes told.
package attack
