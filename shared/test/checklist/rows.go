// Package checklist is what must hold for a login to be safe, as tests that anyone can run and read in order.
//
// A [Row] is one sentence with the source that asks for it: CS is the OWASP Authentication Cheat Sheet, ASVS the OWASP
// Application Security Verification Standard 5.0 with its level in brackets, 63B-4 NIST SP 800-63B revision 4, PCI the PCI DSS
// 4. A row's proof is the tests that carry its number: TestSecurity07... is for row 7, wherever in the repository it
// stands. Pure rules, hashes and real processes are tested beside their code; what a client sees of a whole login is tested
// here.
//
// These tests drive the handlers of all products as the gateway would, on both stores: SQLite on a file, and the
// genuine DynamoDB Local with the tables of the template. Where Java or npm is missing, the latter are skipped.
//
// A test makes the table of shared/test/README.md from the rows and the tests' names. It fails where the table differs or a row
// has no test:
//
//	go test ./shared/test/checklist -run Readme -update
package checklist

// Row is one thing that must hold.
type Row struct {
	Number int
	Source string
	Holds  string
}

// Rows are the whole checklist, in order.
var Rows = []Row{
	{1, "ASVS 6.1.1 [1]", "Limits are documented with their defaults, and so is how malicious lockout is limited."},
	{2, "ASVS 6.3.1 [1], PCI 8.3.4", "At most `ATTEMPT_LIMIT` failures per account in the window."},
	{3, "63B-4 3.2.2", "At most 100 consecutive failures; then the password is disabled until it is unlocked."},
	{4, "ASVS 15.4.2 [3]", "Parallel guesses are worth no more than guesses in a row, and parallel right logins all succeed."},
	{5, "ASVS 6.3.1 [1]", "A success resets the count, but erases no lock set meanwhile and slips past no deactivation or new password."},
	{6, "CS", "A lock ends in time, is not prolonged by attempts, can be lifted, and does not run up the cap."},
	{7, "ASVS 6.3.1 [1]", "Each source has a limit of its own, keyed by the gateway's address only."},
	{8, "ASVS 6.3.8 [3], CS", "Unknown, wrong, locked and disabled are answered alike, unless the product's document tells them apart."},
	{9, "CS", "They cost the same hashing and the same store requests, also with cheaper imported hashes."},
	{10, "OWASP Password Storage", "New hashes are bcrypt of cost 12 by default, with a warning below 10; the salt is random."},
	{11, "ASVS 15.2.2 [2]", "A stored hash's parameters are bounded; a malformed one is a refusal, never a match, a panic or a long wait."},
	{12, "ASVS 11.2.2 [2]", "An outdated hash is replaced at login, only if it is unchanged, and never at the cost of the login."},
	{13, "ASVS 6.2.1, 6.2.4, 6.2.11 [1, 2], 63B-4 3.1.1.2",
		"New passwords: `PASSWORD_MIN` (8) to 1024 code points, no NUL, no composition rules, not common, no name of user or service."},
	{14, "ASVS 2.2.1, 4.1.1 [1]", "A body has a size cap and is one object with exact keys; the right content type goes out."},
	{15, "ASVS 7.2.3 [1]", "Session tokens hold 24 bytes of crypto/rand beside the user's id; a source that fails means no session."},
	{16, "ASVS 6.5.2 [2]", "Only digests of tokens and application secrets are stored; none of it is logged."},
	{17, "ASVS 7.2.4 [1]", "A login issues a new token, whatever cookie came in; the session of that cookie ends."},
	{18, "ASVS 7.3.1, 7.3.2 [2]", "The absolute lifetime and the idle time of a session are checked in code on every read."},
	{19, "ASVS 7.4.1, 7.4.2, 7.4.3, 7.4.5 [1, 2]",
		"Logout ends a session on the server; a deactivation or a new password ends all; an operator can list and end sessions."},
	{20, "ASVS 3.3.2, 3.3.4, 3.4.1, 3.4.3, 3.4.4, 3.4.6, 14.3.2",
		"Cookies are HttpOnly, Secure, SameSite=Lax; every answer has `Cache-Control: no-store`, nosniff, a closed CSP, over https HSTS."},
	{21, "ASVS 16.3.1 [2]", "Every attempt is logged with outcome, UTC time, source and request id, in one line whatever was typed."},
	{22, "ASVS 16.5.3 [2]", "A failing store or limiter means no login but a bare 5xx, within 3 s; a hash that fails matches nothing."},
	{23, "ASVS 13.2.2 [2]", "Functions may do exact actions on exact tables; no secret in the template, no default account in production."},
	{24, "CS", "Application secrets are compared in constant time; an unknown application takes what a wrong secret takes."},
	{25, "ASVS 3.5.1 [1], OWASP CSRF",
		"A browser's request from another origin is refused before the password is looked at, unless that origin is listed."},
	{26, "ASVS 6.3.1 [1]", "Two policies on one account, as an application's own limits, cannot undo each other."},
	{29, "ASVS 6.3.2 [1]", "The demo has a store of its own; served without `--demo`, a directory with its accounts warns or is refused."},
	{30, "ASVS 6.2.2, 6.2.3, 7.4.3",
		"Changing the password asks for the old one; a wrong one counts as a failed login; all other sessions end."},
}
