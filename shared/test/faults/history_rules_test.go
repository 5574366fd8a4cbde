package faults

import (
	"strings"
	"testing"
	"time"

	"gatehouse/shared/attempts"
	"gatehouse/shared/directory"
	"gatehouse/shared/session"
	"gatehouse/shared/test/target"
)

// told is a made-up login, sent and answered at these seconds. An accepted one was given a token.
func told(sent, answered int, right bool, verdict target.Verdict) attempt {
	a := attempt{product: target.Products[0], issues: true, right: right, sent: second(sent), answered: second(answered), verdict: verdict}
	if verdict == target.Accepted {
		a.tokens = []string{"token"}
	}
	return a
}

func second(n int) time.Time {
	return time.Now().Add(-time.Hour).Truncate(time.Hour).Add(time.Duration(n) * time.Second)
}

// TestBreachesAreFound: the rules find what is wrong with an account, and nothing where all is well. The limit is 3.
func TestBreachesAreFound(t *testing.T) {
	t.Parallel()
	const r, w = true, false
	wrongs := func(count int) (all []attempt) {
		for i := range count {
			all = append(all, told(2*i, 2*i+1, w, target.Wrong))
		}
		return all
	}
	and := func(all []attempt, more ...attempt) []attempt { return append(all, more...) }
	for _, row := range []struct {
		name     string
		attempts []attempt
		fails    int
		sessions int
		writes   int
		want     string // "": all is well
	}{
		{"counted", wrongs(2), 2, 0, 1, ""},
		{"a count is missing", wrongs(2), 1, 0, 1, "1 failures are counted, and at least 2 were answered"},
		{"counted twice", wrongs(2), 3, 0, 1, "at most 2 were tried"},
		{"above the limit", wrongs(4), 4, 0, 3, "at most 3 were tried"},
		{"reset", and(wrongs(2), told(10, 11, r, target.Accepted)), 0, 1, 1, ""},
		{"not reset", and(wrongs(2), told(10, 11, r, target.Accepted)), 2, 1, 1, "at most 0 were tried"},
		{"perhaps reset, counted since", and(wrongs(2), told(10, 11, r, lost), told(12, 13, w, target.Wrong)), 0, 0, 1, "at least 1"},
		{"perhaps reset in between", and(wrongs(2), told(0, 11, r, lost)), 0, 0, 1, ""},
		{"locked too early", and(wrongs(2), told(10, 11, r, target.Locked)), 2, 0, 1, "told locked after 2 failures at most"},
		{"the right password is refused", and(wrongs(1), told(10, 11, r, target.Refused)), 1, 0, 1, "told locked after 1 failures"},
		{"a lock is lost", and(wrongs(3), told(10, 11, w, target.Locked)), 0, 0, 1, "told locked, and 0 failures"},
		{"accepted at the limit", and(wrongs(3), told(10, 11, r, target.Accepted)), 0, 1, 1, "accepted after 3 failures"},
		{
			"accepted while locked", and(wrongs(3), told(10, 11, w, target.Locked), told(10, 12, r, lost), told(13, 14, r, target.Accepted)),
			3, 1, 1, "accepted after the account was told to be locked",
		},
		{"a wrong password is accepted", []attempt{told(0, 1, w, target.Accepted)}, 0, 1, 1, "a wrong password was accepted"},
		{"the right one is called wrong", []attempt{told(0, 1, r, target.Wrong)}, 1, 0, 1, "called wrong"},
		{"no session", []attempt{told(0, 1, r, target.Accepted)}, 0, 0, 1, "its session is not stored"},
		{"a session of a refusal", wrongs(1), 1, 1, 1, "1 logins are stored, and 0 were accepted"},
		{"a session of a fault", []attempt{told(0, 1, r, target.Fault)}, 0, 1, 1, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			h := &history{name: "x", id: 7, attempts: row.attempts}
			in := nothingKept()
			in.records[directory.AccountOf("main", 7).Key] = attempts.Record{Fails: row.fails, Run: row.fails, Last: time.Now()}
			for range row.sessions {
				in.keep(session.Browser, directory.Digest("token"), 7)
			}
			found := strings.Join(h.breaches(rules{policy: inTheCloud.policy, writes: row.writes}, in), "; ")
			if row.want == "" && found != "" || !strings.Contains(found, row.want) {
				t.Errorf("found %q, want %q\n%s", found, row.want, h)
			}
		})
	}
}
