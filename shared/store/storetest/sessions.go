package storetest

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/go-cmp/cmp"

	"gatehouse/shared/directory"
	"gatehouse/shared/login"
	"gatehouse/shared/session"
)

// token returns a session of user 1 that was not stored yet.
func (s *stage) token(kind session.Kind) session.Session {
	return session.Session{
		Kind: kind, Digest: directory.Digest(fmt.Sprint(random())), Product: "product", Realm: s.realm, UserID: 1, Epoch: s.epoch(s.account(1)),
		Application: 7, Created: start, Used: start, Idle: 10 * time.Minute, Ends: start.Add(time.Hour), Data: []byte(`{"a":"ä"}`),
	}
}

// signIn returns a sign-in that was not stored yet.
func (s *stage) signIn(id int64) session.Session {
	signIn := s.token(session.SignIn)
	signIn.Digest, signIn.ID = "", id
	return signIn
}

func (s *stage) begin(sessions ...session.Session) {
	s.Helper()
	s.must("Begin", s.store.Begin(s.Context(), sessions...))
}

// begun stores a new session of user 1 and returns it.
func (s *stage) begun(changes ...func(*session.Session)) session.Session {
	s.Helper()
	begun := s.token(session.Browser)
	for _, change := range changes {
		change(&begun)
	}
	s.begin(begun)
	return begun
}

// found returns what is stored of the sessions.
func (s *stage) found(sessions ...session.Session) []session.Live {
	s.Helper()
	var refs []session.Ref
	for _, each := range sessions {
		refs = append(refs, each.Ref())
	}
	found, err := s.store.Find(s.Context(), refs...)
	s.must("Find", err)
	return found
}

// wantsGood ends the row unless each session is as good as wanted.
func (s *stage) wantsGood(want bool, sessions ...session.Session) {
	s.Helper()
	for i, each := range sessions {
		found := s.found(each)
		if good := len(found) == 1 && found[0].Good(start); good != want {
			s.Fatalf("session %d of %d: good is %t, want %t", i+1, len(sessions), good, want)
		}
	}
}

var sessionRows = []row{
	{"none, one or several sessions begin, of any kind", func(s *stage) {
		s.add(1)
		s.begin() // nothing to do
		s.begin(s.token(session.Browser))
		s.begin(s.token(session.Connection), s.token(session.LoginToken), s.signIn(random()))
		s.begin(s.signIn(random()), s.signIn(random()))
	}},
	{"a sign-in's id is given out once, and if it is taken, no session begins", func(s *stage) {
		taken, free := random(), random()
		s.begin(s.signIn(taken))
		connection, token := s.token(session.Connection), s.token(session.LoginToken)
		for range 2 {
			s.wants("Begin", s.store.Begin(s.Context(), s.signIn(taken)), session.ErrTaken)
			s.wants("Begin", s.store.Begin(s.Context(), s.signIn(free), connection, token, s.signIn(taken)), session.ErrTaken)
			s.wants("Begin", s.store.Begin(s.Context(), s.signIn(taken), token, connection, s.signIn(free)), session.ErrTaken)
		}
		other := s.signIn(taken)
		other.Realm, other.UserID, other.Application = s.realm+"-other", 2, 8
		s.wants("Begin in another realm", s.store.Begin(s.Context(), other), session.ErrTaken)
		s.begin(connection, token, s.signIn(free)) // would fail if one of them had begun
	}},
	{"of many sign-ins that get the same id at once, one begins", func(s *stage) {
		id := random()
		s.one("Begin", 100, session.ErrTaken, func(int) error {
			return s.store.Begin(s.Context(), s.token(session.Connection), s.signIn(id))
		})
	}},
	{"a session is found with its user as it is now, without the hash", func(s *stage) {
		user := s.add(1)
		begun := s.begun()
		user = s.replace(user, func(u *directory.User) { u.Name = "New name" })
		user.PasswordHash = ""
		want := []session.Live{{Session: begun, User: user, UserEpoch: begun.Epoch}}
		if diff := cmp.Diff(want, s.found(begun)); diff != "" {
			s.Errorf("found (-want +got):\n%s", diff)
		}
	}},
	{"a session is found by all of its name only, among any others", func(s *stage) {
		s.add(1)
		begun, other := s.begun(), s.begun()
		var near []session.Session
		for _, change := range []func(*session.Session){
			func(n *session.Session) { n.Product = "produc" }, func(n *session.Session) { n.Realm += "-other" },
			func(n *session.Session) { n.UserID = 2 }, func(n *session.Session) { n.Digest = directory.Digest("another") },
		} {
			n := begun
			change(&n)
			near = append(near, n)
		}
		if found := s.found(near...); len(found) > 0 {
			s.Errorf("found %+v", found)
		}
		if found := s.found(append(near, begun, other)...); len(found) != 2 {
			s.Errorf("found %d of 2", len(found))
		}
	}},
	{"a session slides and counts what its login ended, while it is there", func(s *stage) {
		s.add(1)
		begun := s.begun()
		begun.Used, begun.Displaced = start.Add(time.Minute), 3
		s.must("Slide", s.store.Slide(s.Context(), begun))
		s.must("Displace", s.store.Displace(s.Context(), begun.Ref(), 3))
		if diff := cmp.Diff(begun, s.found(begun)[0].Session); diff != "" {
			s.Errorf("found (-want +got):\n%s", diff)
		}
		_, err := s.store.End(s.Context(), begun.Ref())
		s.must("End", err)
		s.wants("Slide", s.store.Slide(s.Context(), begun), session.ErrNone)
		s.wants("Displace", s.store.Displace(s.Context(), begun.Ref(), 3), session.ErrNone)
		if len(s.found(begun)) > 0 {
			s.Error("the ended session is back")
		}
	}},
	{"ending sessions counts those that were there, and leaves the others", func(s *stage) {
		s.add(1)
		a, b, c := s.begun(), s.begun(), s.begun()
		for _, want := range []int{2, 0} {
			if ended, err := s.store.End(s.Context(), a.Ref(), b.Ref()); err != nil || ended != want {
				s.Errorf("ended %d, %v, want %d", ended, err, want)
			}
		}
		s.wantsGood(false, a, b)
		s.wantsGood(true, c)
	}},
	{"sessions are listed by user and product, sign-ins not", func(s *stage) {
		s.add(1)
		s.add(2)
		mine, other := s.begun(), s.begun(func(b *session.Session) { b.Product = "other" })
		s.begun(func(b *session.Session) { b.UserID = 2 })
		s.begin(s.signIn(random()))
		for product, want := range map[string][]session.Session{"product": {mine}, "other": {other}, "": {mine, other}, "produc": nil} {
			listed, err := s.store.List(s.Context(), s.realm, 1, product)
			s.must("List", err)
			byDigest := func(a, b session.Session) int { return strings.Compare(a.Digest, b.Digest) }
			slices.SortFunc(listed, byDigest)
			slices.SortFunc(want, byDigest)
			if diff := cmp.Diff(want, listed); diff != "" && len(want)+len(listed) > 0 {
				s.Errorf("of %q (-want +got):\n%s", product, diff)
			}
		}
	}},
	{"parallel logins with a cap leave exactly the newest sessions", func(s *stage) {
		s.add(1)
		const limit = 5
		keeper := session.Keeper{Store: s.store, Now: start}
		all := make([]session.Session, 60)
		for i := range all {
			all[i] = s.token(session.Browser)
			all[i].Created = start.Add(time.Duration(i) * time.Millisecond)
		}
		for _, err := range together(len(all), func(i int) error {
			err := s.store.Begin(s.Context(), all[i])
			if err == nil {
				_, err = keeper.Trim(s.Context(), all[i], limit)
			}
			return err
		}) {
			s.must("Begin and Trim", err)
		}
		s.wantsGood(false, all[:len(all)-limit]...)
		s.wantsGood(true, all[len(all)-limit:]...)
	}},
}

var revokingRows = []row{
	{"a deactivated, removed or revoked user has no session, nor has a later user of the same id", func(s *stage) {
		for id, end := range map[int64]func(directory.User) error{
			11: func(u directory.User) error {
				after := u
				after.Active = false
				return s.store.ReplaceUser(s.Context(), u, after)
			},
			12: func(u directory.User) error {
				after := u
				after.PasswordHash = "$2b$04$second"
				return s.store.ReplaceUser(s.Context(), u, after)
			},
			13: func(u directory.User) error { return s.store.RemoveUser(s.Context(), u) },
			14: func(u directory.User) error { return s.store.Revoke(s.Context(), s.realm, u.ID) },
		} {
			user := s.add(id)
			_, record, err := s.store.Load(s.Context(), directory.AccountOf(s.realm, id))
			s.must("Load", err)
			begun := s.begun(func(b *session.Session) { b.UserID, b.Epoch = id, record.Epoch })
			s.wantsGood(true, begun)
			s.must("ending", end(user))
			s.wantsGood(false, begun)
			if id == 13 {
				s.add(id)
				s.wantsGood(false, begun)
			}
		}
		s.wants("Revoke", s.store.Revoke(s.Context(), s.realm, 15), directory.ErrNotFound)
	}},
	{"a new password ends every session but the kept one, and the logins under way", func(s *stage) {
		user := s.add(1)
		kept, other := s.begun(), s.begun()
		s.must("SetPassword", s.store.SetPassword(s.Context(), user, "$2b$04$second", kept.Ref()))
		s.wantsGood(true, kept)
		s.wantsGood(false, other)
		stored, err := s.store.User(s.Context(), s.realm, 1)
		if err != nil || stored.PasswordHash != "$2b$04$second" || stored.Version != user.Version+1 {
			s.Errorf("stored %+v, %v", stored, err)
		}
		_, err = s.store.Accept(s.Context(), directory.AccountOf(s.realm, 1), usual, start, other.Epoch)
		s.wants("Accept", err, login.ErrEpoch)
		s.must("SetPassword", s.store.SetPassword(s.Context(), stored, "$2b$04$third", session.Ref{}))
		s.wantsGood(false, kept)
	}},
	{"a password is not set if the user or the kept session has changed", func(s *stage) {
		user := s.add(1)
		kept, ended := s.begun(), s.begun()
		_, err := s.store.End(s.Context(), ended.Ref())
		s.must("End", err)
		s.wants("SetPassword", s.store.SetPassword(s.Context(), user, "$2b$04$second", ended.Ref()), session.ErrNone)
		changed := s.replace(user, func(u *directory.User) { u.Name = "New name" })
		s.wants("SetPassword", s.store.SetPassword(s.Context(), user, "$2b$04$second", kept.Ref()), directory.ErrChanged)
		s.wantsGood(true, kept)
		stored, err := s.store.User(s.Context(), s.realm, 1)
		if diff := cmp.Diff(changed, stored); err != nil || diff != "" {
			s.Errorf("stored %v (-want +got):\n%s", err, diff)
		}
		user.ID = 2
		s.wants("SetPassword", s.store.SetPassword(s.Context(), user, "$2b$04$second", session.Ref{}), directory.ErrNotFound)
	}},
	{"of parallel changes of a password one wins", func(s *stage) {
		user := s.add(1)
		s.one("SetPassword", 10, directory.ErrChanged, func(i int) error {
			return s.store.SetPassword(s.Context(), user, fmt.Sprintf("$2b$04$%d", i), session.Ref{})
		})
	}},
}
