// Package speed holds the benchmarks behind README.md beside it. `make bench` runs them and prints what they report.
//
// A time alone says more about the machine than about Gatehouse, so most figures are ratios: to raw bcrypt, to an empty
// Lambda function, to a small directory, to a wrong password. Each comparison runs interleaved, many times over. The
// benchmarks measure the real processes of package target from outside: the command on SQLite, and the Lambda binaries on
// DynamoDB Local. BenchmarkPath alone measures inside this process, because a login without its hash is too short to see
// from outside.
package speed
