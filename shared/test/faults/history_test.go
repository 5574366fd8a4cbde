package faults

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"gatehouse/shared/attempts"
	"gatehouse/shared/directory"
	"gatehouse/shared/product"
	"gatehouse/shared/test/target"
)

// lost is an answer that never came.
const lost target.Verdict = "lost"

// attempt is one login of an account as its client saw it.
type attempt struct {
	product  target.Product
	right    bool // the password
	sent     time.Time
	answered time.Time // from here on it can change nothing any more
	verdict  target.Verdict
	issues   bool     // whether the product hands out tokens
	tokens   []string // what was handed out
	text     string   // the answer
}

// undecided means that the client learned nothing: anything may have been done, or nothing.
func (a attempt) undecided() bool { return a.verdict == target.Fault || a.verdict == lost }

// resets reports whether the login may have reset the count.
func (a attempt) resets() bool { return a.right && (a.undecided() || a.verdict == target.Accepted) }

// tellsLock reports whether the answer means that the account is locked: in so many words, or because the right password was
// refused.
func (a attempt) tellsLock() bool {
	return a.verdict == target.Locked || a.right && a.verdict.Refusal()
}

// history is all that was done to one account.
type history struct {
	name   string
	id     int64 // 0: nobody's name
	primed int   // failures that were counted beforehand

	mutex    sync.Mutex
	attempts []attempt
}

func (h *history) add(a attempt) {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	h.attempts = append(h.attempts, a)
}

// account is what the attempts are counted on.
func (h *history) account() directory.Account {
	if h.id == 0 {
		return directory.Decoy(product.DemoRealm, directory.Username(h.name))
	}
	return directory.AccountOf(product.DemoRealm, h.id)
}

// counted is how many failures must be counted at a moment, but for the limit: those that were refused since the last login
// that may have reset the count. One login is left out, for which is being asked. Whether a reset came before the moment or
// after it does not matter: an account that is locked is not reset.
func (h *history) counted(at time.Time, but int) int {
	var reset time.Time
	for i, a := range h.attempts {
		if i != but && a.resets() && a.sent.Before(at) && a.answered.After(reset) {
			reset = a.answered
		}
	}
	count := 0
	if reset.IsZero() {
		count = h.primed
	}
	for _, a := range h.attempts {
		if a.verdict.Refusal() && a.sent.After(reset) && a.answered.Before(at) {
			count++
		}
	}
	return count
}

// tried is how many failures may be counted at most for a login of these times: all wrong ones that were sent before its
// end, unless a success has surely reset them since. Each is written so often at most.
func (h *history) tried(sent, answered time.Time, writes int) int {
	var reset time.Time // whatever was answered before it was reset
	for _, a := range h.attempts {
		if a.verdict == target.Accepted && a.answered.Before(sent) && a.sent.After(reset) {
			reset = a.sent
		}
	}
	most := 0
	if reset.IsZero() {
		most = h.primed
	}
	for _, a := range h.attempts {
		if !a.right && a.sent.Before(answered) && a.answered.After(reset) {
			most += writes
		}
	}
	return most
}

// rules are what the histories of a test are held to.
type rules struct {
	policy attempts.Policy
	writes int // how often a failure may be written: 3, as often as the SDK tries, or 1
}

// breaches are what the answers, by themselves and together with the tables, should not be. The last login is over.
func (h *history) breaches(r rules, in kept) []string {
	var found []string
	breach := func(format string, values ...any) { found = append(found, fmt.Sprintf(format, values...)) }
	now := time.Now()
	record := r.policy.Clear(in.records[h.account().Key], now)
	if least := min(r.policy.Limit, h.counted(now, -1)); record.Fails < least {
		breach("%d failures are counted, and at least %d were answered", record.Fails, least)
	}
	if most := min(r.policy.Limit, h.tried(now, now, r.writes)); record.Fails > most {
		breach("%d failures are counted, and at most %d were tried", record.Fails, most)
	}
	if record.Run < record.Fails {
		breach("%d failures are counted in a row, and %d in the window", record.Run, record.Fails)
	}
	var locked time.Time // when this was first told
	for i, a := range h.attempts {
		if problem := h.wrongAnswer(a); problem != "" {
			breach("login %d: %s", i, problem)
		}
		if !a.tellsLock() {
			continue
		}
		if locked.IsZero() || a.answered.Before(locked) {
			locked = a.answered
		}
		if most := h.tried(a.sent, a.answered, r.writes); most < r.policy.Limit {
			breach("login %d: told locked after %d failures at most", i, most)
		}
	}
	if !locked.IsZero() && record.Fails < r.policy.Limit {
		breach("told locked, and %d failures are counted", record.Fails)
	}
	for i, a := range h.attempts {
		if a.verdict != target.Accepted {
			continue
		}
		if count := h.counted(a.sent, i); count >= r.policy.Limit {
			breach("login %d: accepted after %d failures", i, count)
		}
		if !locked.IsZero() && a.sent.After(locked) {
			breach("login %d: accepted after the account was told to be locked", i)
		}
	}
	return append(found, h.sessionBreaches(in)...)
}

// wrongAnswer says what is wrong with an answer whatever else was done; "" for nothing.
func (h *history) wrongAnswer(a attempt) string {
	switch {
	case a.verdict == target.Accepted && !a.right:
		return "a wrong password was accepted"
	case a.verdict == target.Accepted && a.issues && len(a.tokens) == 0:
		return "accepted, without a session: " + a.text
	case a.verdict == target.Wrong && a.right:
		return "the right password was called wrong"
	case a.verdict == target.Unknown && h.id != 0:
		return "a user was called unknown"
	case h.id == 0 && (a.verdict == target.Wrong || a.verdict == target.Locked):
		return "nobody was taken for a user"
	case a.verdict != target.Accepted && !a.verdict.Refusal() && !a.undecided():
		return "answered " + a.text
	}
	return ""
}

func (h *history) sessionBreaches(in kept) []string {
	var found []string
	accepted, undecided := 0, 0
	for i, a := range h.attempts {
		if a.right && a.undecided() {
			undecided++
		}
		if a.verdict != target.Accepted {
			continue
		}
		accepted++
		for _, token := range a.tokens {
			if owner, ok := in.tokens[directory.Digest(token)]; !ok || owner != h.id {
				found = append(found, fmt.Sprintf("login %d: accepted, and its session is not stored (%d)", i, owner))
			}
		}
	}
	if logins := in.logins[h.id]; h.id != 0 && logins > accepted+undecided {
		found = append(found, fmt.Sprintf("%d logins are stored, and %d were accepted, %d undecided", logins, accepted, undecided))
	}
	return found
}

// String returns the history, for a report.
func (h *history) String() string {
	var text strings.Builder
	fmt.Fprintf(&text, "%s (%d, %d failures beforehand)", h.name, h.id, h.primed)
	for i, a := range h.attempts {
		password := "wrong"
		if a.right {
			password = "right"
		}
		const moment = "05.000"
		fmt.Fprintf(&text, "\n  %2d %s to %s  %-8s %s password: %s",
			i, a.sent.Format(moment), a.answered.Format(moment), a.product.Name, password, a.verdict)
	}
	return text.String()
}
