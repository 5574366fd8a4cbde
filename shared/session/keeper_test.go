package session_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"testing"
	"time"

	"gatehouse/shared/directory"
	"gatehouse/shared/session"
)

var start = time.Date(2026, time.January, 2, 3, 4, 5, 0, time.UTC)

// double is a store made of functions.
type double struct {
	find  func(refs []session.Ref) ([]session.Live, error)
	slide func(session.Session) error
	note  func(session.Ref, int) error
	end   func(refs []session.Ref) (int, error)
	list  func(product string) ([]session.Session, error)
}

func (d double) Begin(context.Context, ...session.Session) error { return nil }

func (d double) Find(_ context.Context, refs ...session.Ref) ([]session.Live, error) {
	return d.find(refs)
}

func (d double) Slide(_ context.Context, used session.Session) error { return d.slide(used) }

func (d double) Displace(_ context.Context, ref session.Ref, n int) error { return d.note(ref, n) }

func (d double) End(_ context.Context, refs ...session.Ref) (int, error) { return d.end(refs) }

func (d double) List(_ context.Context, _ string, _ int64, product string) ([]session.Session, error) {
	return d.list(product)
}

// begun returns a token of user 7 and its session, which was begun at start.
func begun(t *testing.T) (string, session.Live) {
	t.Helper()
	token, digest, err := session.Minter{Random: rand.Reader}.Token(7)
	if err != nil {
		t.Fatal(err)
	}
	return token, session.Live{
		Session: session.Session{
			Kind: session.Browser, Digest: digest, Product: "product", Realm: "main", UserID: 7, Epoch: 5,
			Created: start, Used: start, Idle: time.Hour, Ends: start.Add(24 * time.Hour),
		},
		User: directory.User{Realm: "main", ID: 7, Active: true}, UserEpoch: 5,
	}
}

// TestSecurity18WhatASessionIsWorth: expiry is checked in code, and so is everything else that a session must be.
func TestSecurity18WhatASessionIsWorth(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		change func(*session.Live, *session.Claim)
		after  time.Duration
		good   bool
	}{
		"at once":                    {nil, 0, true},
		"until the idle time":        {nil, time.Hour - time.Millisecond, true},
		"after the idle time":        {nil, time.Hour, false},
		"no idle time":               {func(l *session.Live, _ *session.Claim) { l.Idle = 0 }, 24*time.Hour - 1, true},
		"after the absolute end":     {func(l *session.Live, _ *session.Claim) { l.Idle = 0 }, 24 * time.Hour, false},
		"used until the very end":    {func(l *session.Live, _ *session.Claim) { l.Used = l.Ends }, 24 * time.Hour, false},
		"another kind":               {func(_ *session.Live, c *session.Claim) { c.Kind = session.Bearer }, 0, false},
		"another application":        {func(_ *session.Live, c *session.Claim) { c.Application = 138 }, 0, false},
		"an application's":           {func(l *session.Live, _ *session.Claim) { l.Application = 138 }, 0, false},
		"epoch raised":               {func(l *session.Live, _ *session.Claim) { l.UserEpoch = 6 }, 0, false},
		"epoch of a restored user":   {func(l *session.Live, _ *session.Claim) { l.UserEpoch = 4 }, 0, false},
		"inactive user":              {func(l *session.Live, _ *session.Claim) { l.User.Active = false }, 0, false},
		"no user":                    {func(l *session.Live, _ *session.Claim) { l.User = directory.User{} }, 0, false},
		"a token with a letter more": {func(_ *session.Live, c *session.Claim) { c.Token += "a" }, 0, false},
		"a token cut short":          {func(_ *session.Live, c *session.Claim) { c.Token = c.Token[:63] }, 0, false},
		"a token in capitals":        {func(_ *session.Live, c *session.Claim) { c.Token = "A" + c.Token[1:] }, 0, false},
		"no token":                   {func(_ *session.Live, c *session.Claim) { c.Token = "" }, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			token, live := begun(t)
			claim := session.Claim{Kind: session.Browser, Product: "product", Realm: "main", Token: token}
			if row.change != nil {
				row.change(&live, &claim)
			}
			keeper := session.Keeper{Now: start.Add(row.after), Store: double{
				find: func(refs []session.Ref) ([]session.Live, error) {
					if len(refs) != 1 || refs[0] != live.Ref() {
						t.Errorf("looked for %+v, want %+v", refs, live.Ref())
					}
					return []session.Live{live}, nil
				},
			}}
			_, err := keeper.Look(t.Context(), claim)
			if row.good && err != nil || !row.good && !errors.Is(err, session.ErrNone) {
				t.Errorf("error %v, want it good: %t", err, row.good)
			}
		})
	}
}

// TestSlides: polling every second for an hour writes ten times, and a look never.
func TestSlides(t *testing.T) {
	t.Parallel()
	token, live := begun(t)
	claim := session.Claim{Kind: session.Browser, Product: "product", Realm: "main", Token: token}
	writes := 0
	store := double{
		find: func([]session.Ref) ([]session.Live, error) { return []session.Live{live}, nil },
		slide: func(used session.Session) error {
			writes++
			live.Session = used
			return nil
		},
	}
	for second := range time.Duration(3600) {
		if _, err := (session.Keeper{Store: store, Now: start.Add(second * time.Second)}).Use(t.Context(), claim); err != nil {
			t.Fatal(err)
		}
	}
	if writes == 0 || writes > 10 {
		t.Errorf("%d writes, want 1 to 10", writes)
	}
	store.slide = func(session.Session) error { return session.ErrNone }
	later := session.Keeper{Store: store, Now: live.Used.Add(59 * time.Minute)}
	if _, err := later.Look(t.Context(), claim); err != nil {
		t.Errorf("a look: %v", err)
	}
	if _, err := later.Use(t.Context(), claim); !errors.Is(err, session.ErrNone) {
		t.Errorf("a use of a session that ended meanwhile: %v, want ErrNone", err)
	}
	store.slide = func(session.Session) error { return errors.New("no disk") }
	later.Store = store
	if _, err := later.Use(t.Context(), claim); err == nil || errors.Is(err, session.ErrNone) {
		t.Errorf("a fault: %v", err)
	}
}

// TestClaimsOfOneToken: who does not know the kind of a token claims each, and one request finds it.
func TestClaimsOfOneToken(t *testing.T) {
	t.Parallel()
	token, live := begun(t)
	keeper := session.Keeper{Now: start, Store: double{find: func(refs []session.Ref) ([]session.Live, error) {
		if len(refs) != 1 {
			t.Errorf("looked for %v, want one", refs)
		}
		return []session.Live{live}, nil
	}}}
	for want, kinds := range map[int][]session.Kind{1: {session.Bearer, session.Browser, session.Browser}, 0: {session.Bearer}} {
		var claims []session.Claim
		for _, kind := range kinds {
			claims = append(claims, session.Claim{Kind: kind, Product: "product", Realm: "main", Token: token})
		}
		if found, err := keeper.UseAll(t.Context(), claims...); err != nil || len(found) != want {
			t.Errorf("%v: found %d, %v, want %d", kinds, len(found), err, want)
		}
	}
}

// TestTrim: rows by the place of the login's own session, newest first, among nine, with a cap of three.
func TestTrim(t *testing.T) {
	t.Parallel()
	for own, want := range map[int]string{0: "[3 4 5 6]", 2: "[3 4 5 6]", 3: "[3 4 5 6]", 4: "[4 5 6 7]", 8: "[8]"} {
		var stored []session.Session
		for i := range 9 {
			_, live := begun(t)
			live.Created, live.ID = start.Add(-time.Duration(i)*time.Second), int64(i)
			stored = append(stored, live.Session)
		}
		ids := map[session.Ref]int64{}
		for _, s := range stored {
			ids[s.Ref()] = s.ID
		}
		mine := stored[own]
		dead := stored[1]
		dead.Epoch, dead.Digest = 4, "dead"
		var ended []int64
		noted := -1
		_, err := session.Keeper{Now: start, Store: double{
			list: func(string) ([]session.Session, error) { return append([]session.Session{dead}, stored...), nil },
			end: func(refs []session.Ref) (int, error) {
				for _, ref := range refs {
					ended = append(ended, ids[ref])
				}
				return len(refs), nil
			},
			note: func(ref session.Ref, n int) error {
				if ref == mine.Ref() {
					noted = n
				}
				return nil
			},
		}}.Trim(t.Context(), mine, 3)
		if err != nil || fmt.Sprint(ended) != want || noted != len(ended) {
			t.Errorf("own at %d: ended %v and noted %d, %v, want %s", own, ended, noted, err, want)
		}
	}
}

// FuzzClaim: no text is a session but a token that was stored.
func FuzzClaim(f *testing.F) {
	f.Add("0000000000000007" + fmt.Sprintf("%048x", 1))
	f.Add("")
	f.Add("ffffffffffffffff" + fmt.Sprintf("%048x", 1))
	f.Fuzz(func(t *testing.T, token string) {
		keeper := session.Keeper{Now: start, Store: double{find: func([]session.Ref) ([]session.Live, error) { return nil, nil }}}
		if _, err := keeper.Use(t.Context(), session.Claim{Kind: session.Browser, Token: token}); !errors.Is(err, session.ErrNone) {
			t.Errorf("%q: %v", token, err)
		}
	})
}

// TestSecurity19LogoutOfAllSessions: the session that logs out ends first, so that it is over even if the list fails.
func TestSecurity19LogoutOfAllSessions(t *testing.T) {
	t.Parallel()
	_, own := begun(t)
	_, other := begun(t)
	for _, fault := range []error{nil, errors.New("no disk")} {
		var ended []session.Ref
		err := session.Keeper{Now: start, Store: double{
			end: func(refs []session.Ref) (int, error) {
				ended = append(ended, refs...)
				return len(refs), nil
			},
			list: func(product string) ([]session.Session, error) {
				if product != "product" || len(ended) != 1 || ended[0] != own.Ref() {
					t.Errorf("listed %q after %v ended", product, ended)
				}
				return []session.Session{other.Session}, fault
			},
		}}.EndAll(t.Context(), own.Ref())
		if (err == nil) != (fault == nil) || fault == nil && (len(ended) != 2 || ended[1] != other.Ref()) {
			t.Errorf("ended %v, %v", ended, err)
		}
	}
}

// TestEndAllOfAKind: a logout may end the tokens of a user and keep its other browsers' sessions.
func TestEndAllOfAKind(t *testing.T) {
	t.Parallel()
	_, own := begun(t)
	_, browser := begun(t)
	_, bearer := begun(t)
	bearer.Kind = session.Bearer
	var ended []session.Ref
	err := session.Keeper{Now: start, Store: double{
		end: func(refs []session.Ref) (int, error) {
			ended = append(ended, refs...)
			return len(refs), nil
		},
		list: func(string) ([]session.Session, error) {
			return []session.Session{browser.Session, bearer.Session}, nil
		},
	}}.EndAll(t.Context(), own.Ref(), session.Bearer)
	if err != nil || len(ended) != 2 || ended[0] != own.Ref() || ended[1] != bearer.Ref() {
		t.Errorf("ended %v, %v, want its own and the token", ended, err)
	}
}
