package storetest

import (
	"context"
	"iter"

	"gatehouse/shared/attempts"
	"gatehouse/shared/directory"
	"gatehouse/shared/login"
	"gatehouse/shared/session"
)

// ended returns a context that has ended.
func (s *stage) ended() context.Context {
	ctx, cancel := context.WithCancel(s.Context())
	cancel()
	return ctx
}

func second[T any](_ T, err error) error { return err }

// first returns the error of the first row of a list.
func first[T any](rows iter.Seq2[T, error]) error {
	for _, err := range rows {
		return err
	}
	return nil
}

var contextRows = []row{{"every call returns its error and changes nothing", func(s *stage) {
	ctx, user, app, signIn := s.ended(), s.add(1), s.application(), s.signIn(random())
	s.refuse(s.account(1), usual, start, counted)
	after, name := user, directory.Username("user-1")
	after.Active, after.Username = false, "user-2"
	_, _, loading := s.store.Load(ctx, s.account(1))
	for call, err := range map[string]error{
		"Load":               loading,
		"Resolve":            second(s.store.Resolve(ctx, s.realm, []directory.Identifier{name})),
		"Rehash":             s.store.Rehash(ctx, s.realm, 1, user.PasswordHash, "$2b$04$new"),
		"Clear":              s.store.Clear(ctx, s.account(1), usual, start.Add(usual.Lockout)),
		"Refuse":             second(s.store.Refuse(ctx, s.account(1), usual, start)),
		"Accept":             second(s.store.Accept(ctx, s.account(1), usual, start, 0)),
		"Begin":              s.store.Begin(ctx, signIn, s.token(session.Browser)),
		"Count":              second(s.store.Count(ctx, s.key("a"), start)),
		"Authenticate":       second(s.store.Authenticate(ctx, login.Credentials{ID: app.ID}, s.key("a"), start)),
		"Find":               second(s.store.Find(ctx, session.Ref{UserID: 1, Digest: "x"})),
		"Slide":              s.store.Slide(ctx, session.Session{UserID: 1, Digest: "x"}),
		"Displace":           s.store.Displace(ctx, session.Ref{UserID: 1, Digest: "x"}, 1),
		"End":                second(s.store.End(ctx, session.Ref{UserID: 1, Digest: "x"})),
		"List":               second(s.store.List(ctx, s.realm, 1, "")),
		"SetPassword":        s.store.SetPassword(ctx, user, "$2b$04$new", session.Ref{}),
		"Revoke":             s.store.Revoke(ctx, s.realm, 1),
		"Application":        second(s.store.Application(ctx, app.ID)),
		"AddApplication":     s.store.AddApplication(ctx, directory.Application{ID: random(), Realm: s.realm, SecretDigest: newSecret()}),
		"ReplaceApplication": s.store.ReplaceApplication(ctx, app, directory.Application{ID: app.ID, Realm: s.realm, SecretDigest: newSecret()}),
		"RemoveApplication":  s.store.RemoveApplication(ctx, app.ID),
		"Applications":       first(s.store.Applications(ctx)),
		"AddUser":            s.store.AddUser(ctx, s.user(2)),
		"User":               second(s.store.User(ctx, s.realm, 1)),
		"FindUser":           second(s.store.FindUser(ctx, s.realm, name)),
		"ReplaceUser":        s.store.ReplaceUser(ctx, user, after),
		"RemoveUser":         s.store.RemoveUser(ctx, user),
		"Users":              first(s.store.Users(ctx, s.realm)),
		"Counts":             second(s.store.Counts(ctx, s.realm, 1)),
		"Failures":           first(s.store.Failures(ctx, s.realm)),
		"Unlock":             s.store.Unlock(ctx, s.realm, 1),
	} {
		s.wants(call, err, context.Canceled)
	}
	s.wantsUser(user)
	s.wantsNobody(directory.Username("user-2"))
	s.wantsApplication(app)
	s.wantsRecord(s.account(1), attempts.Record{Fails: 1, Run: 1, Last: start})
	s.counted(s.key("a"), start, 0)
	s.begin(signIn) // would fail if it had begun
}}}
