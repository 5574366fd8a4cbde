package storetest

import (
	"context"

	"gatehouse/shared/attempts"
	"gatehouse/shared/directory"
	"gatehouse/shared/session"
)

// contextRows make every call in an ended context: the call must return its error and change nothing. The lists have rows of
// their own.
func contextRows() []row {
	rows := []row{{"Begin", func(s *stage) {
		signIn := s.signIn(random())
		s.wants("Begin", s.store.Begin(s.ended(), signIn, s.token(session.Browser)), context.Canceled)
		s.begin(signIn) // would fail if it had begun
	}}}
	for _, ended := range endedCalls {
		rows = append(rows, row{ended.name, func(s *stage) {
			user, app := s.add(1), s.application()
			s.refuse(s.account(1), usual, start, counted)
			s.wants(ended.name, ended.call(s.ended(), s, app), context.Canceled)
			s.wantsUser(user)
			s.wantsApplication(app)
			s.wantsRecord(s.account(1), attempts.Record{Fails: 1, Run: 1, Last: start})
			s.counted(s.key("a"), start, 0)
			s.wantsNobody(directory.Username("user-2"))
		}})
	}
	return rows
}

// ended returns a context that has ended.
func (s *stage) ended() context.Context {
	ctx, cancel := context.WithCancel(s.Context())
	cancel()
	return ctx
}

// endedCalls run on a stage with an application and user 1, who has one failure.
var endedCalls = []struct {
	name string
	call func(ctx context.Context, s *stage, app directory.Application) error
}{
	{"Resolve", func(ctx context.Context, s *stage, _ directory.Application) error {
		_, err := s.store.Resolve(ctx, s.realm, []directory.Identifier{directory.Username("user-1")})
		return err
	}},
	{"Load", func(ctx context.Context, s *stage, _ directory.Application) error {
		_, _, err := s.store.Load(ctx, s.account(1))
		return err
	}},
	{"Clear", func(ctx context.Context, s *stage, _ directory.Application) error {
		return s.store.Clear(ctx, s.account(1), usual, start.Add(usual.Lockout))
	}},
	{"Refuse", func(ctx context.Context, s *stage, _ directory.Application) error {
		_, err := s.store.Refuse(ctx, s.account(1), usual, start)
		return err
	}},
	{"Accept", func(ctx context.Context, s *stage, _ directory.Application) error {
		_, err := s.store.Accept(ctx, s.account(1), usual, start, 0)
		return err
	}},
	{"Count", func(ctx context.Context, s *stage, _ directory.Application) error {
		_, err := s.store.Count(ctx, s.key("a"), start)
		return err
	}},
	{"Counted", func(ctx context.Context, s *stage, _ directory.Application) error {
		_, err := s.store.Counted(ctx, s.key("a"), start)
		return err
	}},
	{"Application", func(ctx context.Context, s *stage, app directory.Application) error {
		_, err := s.store.Application(ctx, app.ID)
		return err
	}},
	{"AddApplication", func(ctx context.Context, s *stage, _ directory.Application) error {
		return s.store.AddApplication(ctx, directory.Application{ID: random(), Realm: s.realm})
	}},
	{"ReplaceApplication", func(ctx context.Context, s *stage, app directory.Application) error {
		return s.store.ReplaceApplication(ctx, app, directory.Application{ID: app.ID, Realm: s.realm})
	}},
	{"RemoveApplication", func(ctx context.Context, s *stage, app directory.Application) error {
		return s.store.RemoveApplication(ctx, app.ID)
	}},
	{"AddUser", func(ctx context.Context, s *stage, _ directory.Application) error {
		return s.store.AddUser(ctx, s.user(2))
	}},
	{"User", func(ctx context.Context, s *stage, _ directory.Application) error {
		_, err := s.store.User(ctx, s.realm, 1)
		return err
	}},
	{"FindUser", func(ctx context.Context, s *stage, _ directory.Application) error {
		_, err := s.store.FindUser(ctx, s.realm, directory.Username("user-1"))
		return err
	}},
	{"ReplaceUser", func(ctx context.Context, s *stage, _ directory.Application) error {
		after := s.user(1)
		after.Active, after.Username = false, "user-2"
		return s.store.ReplaceUser(ctx, s.user(1), after)
	}},
	{"RemoveUser", func(ctx context.Context, s *stage, _ directory.Application) error {
		return s.store.RemoveUser(ctx, s.user(1))
	}},
	{"Counts", func(ctx context.Context, s *stage, _ directory.Application) error {
		_, err := s.store.Counts(ctx, s.realm, 1)
		return err
	}},
	{"Failures", func(ctx context.Context, s *stage, _ directory.Application) error {
		for _, err := range s.store.Failures(ctx, s.realm) {
			return err
		}
		return nil
	}},
	{"Unlock", func(ctx context.Context, s *stage, _ directory.Application) error {
		return s.store.Unlock(ctx, s.realm, 1)
	}},
}
