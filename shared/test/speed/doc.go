// Package speed holds the benchmarks behind the README's section "Speed": `make bench` runs them, and command figures writes
// what they report.
//
// A time by itself says more about the machine than about Gatehouse. So a figure is a ratio, to raw bcrypt, to an empty
// Lambda function, to a small directory, to a wrong password; and both sides are measured in turns, many times over, in
// one run. What is measured are the real processes of package target, from outside: the command on SQLite, and the Lambda
// binaries on DynamoDB Local. Only what disappears beside a hash, the path of a login without it, is measured inside of
// this process (BenchmarkPath).
//
// What a login takes of DynamoDB is counted, not timed, and so its tests run with all others: the money that the README
// speaks of hangs on them.
package speed
