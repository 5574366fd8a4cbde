package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"strconv"

	"gatehouse/shared/directory"
)

// userColumns read a user. In a left join without a user, they read the zero User.
const userColumns = `coalesce(u.realm, ''), coalesce(u.id, 0), coalesce(u.username, ''), coalesce(u.email, ''),
coalesce(u.name, ''), coalesce(u.password_hash, ''), coalesce(u.active, 0), coalesce(u.confirmed, 0),
coalesce(u.version, 0), u.created, coalesce(u.profile, '{}')`

// scanUser scans these columns, after those of before.
func scanUser(scan func(...any) error, before ...any) (directory.User, error) {
	var user directory.User
	var profile []byte
	err := scan(append(before, &user.Realm, &user.ID, &user.Username, &user.Email, &user.Name, &user.PasswordHash,
		&user.Active, &user.Confirmed, &user.Version, moment{&user.CreatedAt}, &profile)...)
	if errors.Is(err, sql.ErrNoRows) {
		return directory.User{}, directory.ErrNotFound
	}
	if err == nil {
		err = json.Unmarshal(profile, &user.Profile)
	}
	if err != nil {
		return directory.User{}, err
	}
	return user, nil
}

// userValues returns the arguments of a statement that writes a user.
func userValues(user directory.User) ([]any, error) {
	profile, err := json.Marshal(user.Profile)
	if err != nil {
		return nil, err
	}
	return []any{
		sql.Named("realm", user.Realm), sql.Named("id", user.ID),
		sql.Named("username", orNull(user.Username)), sql.Named("email", orNull(user.Email)),
		sql.Named("name", user.Name), sql.Named("hash", user.PasswordHash),
		sql.Named("active", user.Active), sql.Named("confirmed", user.Confirmed),
		sql.Named("version", user.Version), sql.Named("created", millis(user.CreatedAt)), sql.Named("profile", string(profile)),
	}, nil
}

// AddUser stores a new user with its identifiers.
func (s *Store) AddUser(ctx context.Context, user directory.User) error {
	err := s.transact(ctx, func(tx *sql.Tx) error {
		if err := taken(ctx, tx, user, true); err != nil {
			return err
		}
		values, err := userValues(user)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `
INSERT INTO users (realm, id, username, email, name, password_hash, active, confirmed, version, created, profile)
VALUES (:realm, :id, :username, :email, :name, :hash, :active, :confirmed, :version, :created, :profile)`, values...)
		return err
	})
	if err != nil {
		return fmt.Errorf("adding a user: %w", err)
	}
	return nil
}

// taken returns a *directory.TakenError if an identifier of the user is another's. Callers hold the write lock, so the result
// still holds when they write the user.
func taken(ctx context.Context, tx *sql.Tx, user directory.User, isNew bool) error {
	var id, username, email bool
	err := tx.QueryRowContext(ctx, `SELECT
EXISTS (SELECT 1 FROM users WHERE realm = :realm AND id = :id),
EXISTS (SELECT 1 FROM users WHERE realm = :realm AND username = :username AND id <> :id),
EXISTS (SELECT 1 FROM users WHERE realm = :realm AND email = :email AND id <> :id)`,
		sql.Named("realm", user.Realm), sql.Named("id", user.ID),
		sql.Named("username", orNull(user.Username)), sql.Named("email", orNull(user.Email))).Scan(&id, &username, &email)
	switch {
	case err != nil:
		return err
	case isNew && id:
		return &directory.TakenError{Kind: "id", Value: strconv.FormatInt(user.ID, 10)}
	case username:
		return &directory.TakenError{Kind: string(directory.ByUsername), Value: user.Username}
	case email:
		return &directory.TakenError{Kind: string(directory.ByEmail), Value: user.Email}
	}
	return nil
}

// User returns the user with this id.
func (s *Store) User(ctx context.Context, realm string, id int64) (directory.User, error) {
	row := s.read.QueryRowContext(ctx, "SELECT "+userColumns+" FROM users u WHERE realm = ? AND id = ?", realm, id)
	user, err := scanUser(row.Scan)
	if err != nil {
		return directory.User{}, fmt.Errorf("reading a user: %w", err)
	}
	return user, nil
}

// FindUser returns the user that the identifier names.
func (s *Store) FindUser(ctx context.Context, realm string, by directory.Identifier) (directory.User, error) {
	column, err := columnOf(by.Kind)
	if err != nil {
		return directory.User{}, err
	}
	row := s.read.QueryRowContext(ctx, "SELECT "+userColumns+" FROM users u WHERE realm = ? AND "+column+" = ?", realm, by.Value)
	user, err := scanUser(row.Scan)
	if err != nil {
		return directory.User{}, fmt.Errorf("finding a user: %w", err)
	}
	return user, nil
}

// columnOf returns the column of a kind of identifier.
func columnOf(kind directory.Kind) (string, error) {
	switch kind {
	case directory.ByUsername:
		return "username", nil
	case directory.ByEmail:
		return "email", nil
	}
	return "", errors.New("unknown kind of identifier")
}

// Users lists the users of a realm by their ids.
func (s *Store) Users(ctx context.Context, realm string) iter.Seq2[directory.User, error] {
	text := "SELECT " + userColumns + " FROM users u WHERE realm = ? AND id > ? ORDER BY id LIMIT ?"
	return list(func(after int64) ([]directory.User, error) {
		return page(ctx, s.read, "listing users", func(rows *sql.Rows) (directory.User, error) { return scanUser(rows.Scan) },
			text, realm, after, pageSize)
	}, func(user directory.User) int64 { return user.ID })
}
