package unleash_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"gatehouse/shared/directory"
)

// TestUserBody has the values that no event shows.
func TestUserBody(t *testing.T) {
	t.Parallel()
	created := time.Date(2026, time.November, 22, 16, 8, 11, 40_999_999, time.FixedZone("", 3600))
	no, role := false, int64(0)
	e := newEndpoint(t, nil)
	e.Add(directory.Entry{
		ID: 16, Username: "full", Email: "Full@example.com", Name: "\u2028ë", Password: "right", CreatedAt: &created,
		Profile: directory.Profile{
			AccountType: "Guest", ImageURL: "https://img.example.com/full.png", InviteLink: "http://localhost/invite",
			RootRole: &role, EmailSent: &no, Permissions: []string{"ADMIN", "<>"},
		},
	})
	wantAnswer(t, logIn(e, "full", "right"), http.StatusOK, `{"accountType":"Guest","id":16,"name":"`+"\u2028"+
		`ë","username":"full","email":"full@example.com","imageUrl":"https://img.example.com/full.png",`+
		`"inviteLink":"http://localhost/invite","seenAt":null,"loginAttempts":0,"emailSent":false,"rootRole":0,`+
		`"createdAt":"2026-11-22T15:08:11.040Z","permissions":["ADMIN","<>"],"scimId":null,"seatType":null,`+
		`"companyRole":null,"productUpdatesEmailConsent":null,"deletedSessions":0,"activeSessions":5}`)
}

func TestLoginsAndFailuresBefore(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, map[string]string{"ATTEMPT_LIMIT": "3", "LOCKOUT_MINUTES": "30", "SOURCE_LIMIT": "0"})
	e.Add(directory.Entry{Username: "alice", Password: "right"})
	logIn(e, "alice", "right")
	// Failures of windows that have ended count on, those while the account was locked do not.
	for range 5 {
		logIn(e, "alice", "wrong")
	}
	e.Clock.Advance(30 * time.Minute)
	logIn(e, "alice", "wrong")
	want := `"seenAt":"2026-01-02T03:04:05.678Z","loginAttempts":4,`
	if got := logIn(e, "alice", "right"); !strings.Contains(got.Body, want) {
		t.Errorf("after a lock: body %s, want %s in it", got.Body, want)
	}
}
