package login_test

import (
	"errors"
	"testing"
	"time"

	"gatehouse/shared/attempts"
	"gatehouse/shared/directory"
	"gatehouse/shared/login"
	"gatehouse/shared/session"
	"gatehouse/shared/test/endpointtest"
)

func TestIdentifiers(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ann := h.add("ann", func(u *directory.User) { u.Email = "ann@example.com" })
	bob := h.add("bob", func(u *directory.User) { u.Email = "bob@example.com" })
	// A user name that is another user's e-mail address.
	eve := h.add("ann@example.com", nil)
	name, mail := directory.Username, directory.EmailAddress
	rows := map[string]struct {
		identifiers []directory.Identifier
		same        bool
		want        int64 // 0: unknown
	}{
		"user name":                    {[]directory.Identifier{name("ann")}, false, ann.ID},
		"user name in other letters":   {[]directory.Identifier{name("Ann")}, false, 0},
		"e-mail in other letters":      {[]directory.Identifier{mail("BOB@example.COM")}, false, bob.ID},
		"the first known wins":         {[]directory.Identifier{name("ann@example.com"), mail("ann@example.com")}, false, eve.ID},
		"the second is known":          {[]directory.Identifier{name("bob@example.com"), mail("bob@example.com")}, false, bob.ID},
		"both name one user":           {[]directory.Identifier{name("bob"), mail("bob@example.com")}, true, bob.ID},
		"they name two users":          {[]directory.Identifier{name("bob"), mail("ann@example.com")}, true, 0},
		"the second must be known too": {[]directory.Identifier{name("bob"), mail("x@example.com")}, true, 0},
		"the first must be known too":  {[]directory.Identifier{name("x"), mail("bob@example.com")}, true, 0},
		"nobody":                       {[]directory.Identifier{name("x"), mail("y@example.com")}, true, 0},
	}
	for label, row := range rows {
		result, err := h.login("", right, func(r *login.Request) { r.Identifiers, r.SameUser = row.identifiers, row.same })
		want := login.Accepted
		if row.want == 0 {
			want = login.UnknownUser
		}
		if err != nil || result.Outcome != want || result.User.ID != row.want {
			t.Errorf("%s: %s as %d, %v, want %s as %d", label, result.Outcome, result.User.ID, err, want, row.want)
		}
	}
}

// TestSignInIDTaken: a sign-in whose number is taken is given another one.
func TestSignInIDTaken(t *testing.T) {
	t.Parallel()
	three := func(r *login.Request) {
		r.Issue = []login.Grant{
			{Kind: session.Connection, Lifetime: time.Hour},
			{Kind: session.LoginToken, Lifetime: time.Minute},
			{Kind: session.SignIn, Lifetime: time.Hour},
		}
	}
	h := newHouse(t)
	h.add("user", nil)
	refused := 0
	h.spy.Before = func(call string) error {
		if call == "Begin" && refused < 2 {
			refused++
			return session.ErrTaken
		}
		return nil
	}
	result, err := h.login("user", right, three)
	if err != nil || len(result.Issued) != 3 || result.Issued[2].ID == 0 || result.Issued[0].Token == result.Issued[1].Token {
		t.Errorf("got %+v, %v, want two tokens and a number", result.Issued, err)
	}
	h.spy.Before = endpointtest.Failing("Begin", session.ErrTaken)
	if _, err := h.login("user", right, three); !errors.Is(err, session.ErrTaken) {
		t.Errorf("error %v, want ErrTaken after some tries", err)
	}
}

// TestRecordsOfTheStore: the flow leaves exactly what the rules say, seen through the administration's port.
func TestRecordsOfTheStore(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	user := h.add("user", nil)
	h.attempt("user", "wrong")
	counts, err := h.store.Counts(t.Context(), realm, user.ID)
	want := attempts.Record{Fails: 1, Run: 1, Last: start}
	if err != nil || len(counts) != 1 || counts[0].Record != want {
		t.Errorf("counts %+v, %v, want %+v", counts, err, want)
	}
}
