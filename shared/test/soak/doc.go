// Package soak has Gatehouse serve mixed traffic for long, and looks at what it holds on to. It holds tests only: `go test`
// runs a quick form, `make soak` one of 20 minutes (`-args -for 20m`).
//
// `serve` on its SQLite file, and the functions' processes on DynamoDB Local, are logged in to at a rate that leaves most of a
// small machine idle: right passwords, wrong ones that are put right, names that nobody has, locked accounts and bodies that
// are no JSON, of all four products. Every answer must be the expected one. When the traffic has ended, a process must have no
// more goroutines and open files than a fresh one that has only been warmed up, but for what its pools may keep.
//
// The long form also samples what the processes hold while they serve, and judges it: memory and threads must be flat. What
// is stored grows, with sessions and with names that nobody has; what is in memory must not.
package soak
