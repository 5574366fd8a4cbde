package storetest

import (
	"fmt"
	"time"

	"gatehouse/shared/directory"
	"gatehouse/shared/session"
)

// token returns a session that was not stored yet.
func (s *stage) token(kind session.Kind) session.Session {
	return session.Session{
		Kind: kind, Digest: directory.Digest(fmt.Sprint(random())), Product: "product", Realm: s.realm, UserID: 1, Scope: "app#7",
		Epoch: 1, Application: 7, Created: start, Expires: start.Add(time.Hour),
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

var sessionRows = []row{
	{"none, one or several sessions begin, of any kind", func(s *stage) {
		s.add(1)
		s.begin() // nothing to do
		s.begin(s.token(session.Browser))
		s.begin(s.token(session.Connection), s.token(session.LoginToken), s.signIn(random()))
		s.begin(s.signIn(random()), s.signIn(random()))
	}},
	{"a sign-in's id is given out once", func(s *stage) {
		id := random()
		s.begin(s.signIn(id))
		s.wants("Begin", s.store.Begin(s.Context(), s.signIn(id)), session.ErrTaken)
		other := s.signIn(id)
		other.Realm, other.UserID, other.Application = s.realm+"-other", 2, 8
		s.wants("Begin in another realm", s.store.Begin(s.Context(), other), session.ErrTaken)
		s.begin(s.signIn(id + 1))
	}},
	{"if a sign-in's id is taken, none of the sessions begins", func(s *stage) {
		taken, free := random(), random()
		s.begin(s.signIn(taken))
		connection, token := s.token(session.Connection), s.token(session.LoginToken)
		for range 2 {
			s.wants("Begin", s.store.Begin(s.Context(), s.signIn(free), connection, token, s.signIn(taken)), session.ErrTaken)
			s.wants("Begin", s.store.Begin(s.Context(), s.signIn(taken), token, connection, s.signIn(free)), session.ErrTaken)
		}
		s.begin(connection, token, s.signIn(free)) // would fail if one of them had begun
	}},
	{"of many sign-ins that get the same id at once, one begins", func(s *stage) {
		id := random()
		s.one("Begin", 100, session.ErrTaken, func(int) error {
			return s.store.Begin(s.Context(), s.token(session.Connection), s.signIn(id))
		})
	}},
}
