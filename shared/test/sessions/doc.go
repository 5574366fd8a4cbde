// Package sessions proves what a login is worth later, from outside: it replays conversations that were recorded with the
// real servers, and has one process end sessions that another one checks. The command serves on SQLite, the real Lambda
// binaries on DynamoDB Local.
package sessions
