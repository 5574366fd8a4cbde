package dynamo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"gatehouse/shared/directory"
	"gatehouse/shared/session"
)

var _ directory.Store = (*Store)(nil)

// attributesOf returns a user's attributes, without its key and epoch.
func attributesOf(user directory.User) (item, error) {
	profile, err := json.Marshal(user.Profile)
	if err != nil {
		return nil, fmt.Errorf("encoding a profile: %w", err)
	}
	return item{
		"id": num(user.ID), "username": str(user.Username), "email": str(user.Email), "name": str(user.Name),
		"hash": str(user.PasswordHash), "active": boolean(user.Active), "confirmed": boolean(user.Confirmed),
		"created": millis(user.CreatedAt), "version": num(user.Version), "profile": str(string(profile)),
	}, nil
}

// userOf reads the attributes that attributesOf writes.
func userOf(realm string, i item) (directory.User, error) {
	user := directory.User{
		Realm: realm, ID: numOf(i, "id"), Username: strOf(i, "username"), Email: strOf(i, "email"), Name: strOf(i, "name"),
		PasswordHash: strOf(i, "hash"), Active: boolOf(i, "active"), Confirmed: boolOf(i, "confirmed"),
		CreatedAt: timeOf(i, "created"), Version: numOf(i, "version"),
	}
	if err := json.Unmarshal([]byte(strOf(i, "profile")), &user.Profile); err != nil {
		return directory.User{}, fmt.Errorf("decoding the profile of user %d: %w", user.ID, err)
	}
	return user, nil
}

func identifiersOf(user directory.User) []directory.Identifier {
	return slices.DeleteFunc([]directory.Identifier{directory.Username(user.Username), directory.EmailAddress(user.Email)},
		func(by directory.Identifier) bool { return by.Value == "" })
}

// name adds the identifiers of the user that another state of it did not have. They must be free.
func (t *transaction) name(user, before directory.User) {
	for _, by := range identifiersOf(user) {
		if !slices.Contains(identifiersOf(before), by) {
			t.putNew(item{"pk": str(loginKey(user.Realm, by)), "id": num(user.ID)}, string(by.Kind), by.Value)
		}
	}
}

// unname frees the identifiers of the user that another state of it does not have.
func (t *transaction) unname(user, after directory.User) {
	for _, by := range identifiersOf(user) {
		if !slices.Contains(identifiersOf(after), by) {
			t.delete(write{
				table: t.store.tables.Users, pk: loginKey(user.Realm, by), condition: "#id = :id", values: item{":id": num(user.ID)},
			}, directory.ErrChanged)
		}
	}
}

// set sets attributes of the user, on condition that it has the version that it had before and that its epoch, if it is set,
// was lower.
func (t *transaction) set(before directory.User, attributes item) {
	w := write{table: t.store.tables.Users, pk: userKey(before.Realm, decimal(before.ID)), condition: "#version = :before"}
	w.update, w.values = set(attributes)
	w.values[":before"] = num(before.Version)
	if _, raised := attributes["epoch"]; raised {
		w.condition += " AND " + belowEpoch
	}
	t.update(w, directory.ErrChanged)
}

// AddUser implements directory.UserStore in one transaction. The epoch continues from an earlier user of the same id; it
// is read again if that user is being removed.
func (s *Store) AddUser(ctx context.Context, user directory.User) error {
	var err error
	for range conflictTries {
		if err = s.addUser(ctx, user); !errors.Is(err, directory.ErrChanged) {
			break
		}
	}
	return err
}

func (s *Store) addUser(ctx context.Context, user directory.User) error {
	account := accountKey(directory.AccountOf(user.Realm, user.ID))
	record, err := s.get(ctx, s.tables.Attempts, account)
	if err != nil {
		return wrap("reading an epoch", err)
	}
	stored, err := attributesOf(user)
	if err != nil {
		return err
	}
	change := &transaction{store: s}
	stored["pk"], stored["epoch"] = str(userKey(user.Realm, decimal(user.ID))), num(numOf(record, "epoch"))
	change.putNew(stored, "id", decimal(user.ID))
	change.name(user, directory.User{})
	same := write{table: s.tables.Attempts, pk: account, condition: "attribute_not_exists(#epoch)"}
	if epoch, ok := record["epoch"]; ok {
		same.condition, same.values = "#epoch = :epoch", item{":epoch": epoch}
	}
	change.add(types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{
		TableName: &same.table, Key: key(same.pk), ConditionExpression: &same.condition,
		ExpressionAttributeNames: names(same.condition), ExpressionAttributeValues: same.values,
	}}, directory.ErrChanged)
	return change.commit(ctx, "storing a user")
}

// User implements directory.UserStore.
func (s *Store) User(ctx context.Context, realm string, id int64) (directory.User, error) {
	stored, err := s.get(ctx, s.tables.Users, userKey(realm, decimal(id)))
	if err != nil {
		return directory.User{}, wrap("reading a user", err)
	}
	if stored == nil {
		return directory.User{}, directory.ErrNotFound
	}
	return userOf(realm, stored)
}

// FindUser implements directory.UserStore.
func (s *Store) FindUser(ctx context.Context, realm string, by directory.Identifier) (directory.User, error) {
	named, err := s.get(ctx, s.tables.Users, loginKey(realm, by))
	if err != nil {
		return directory.User{}, wrap("reading an identifier", err)
	}
	if named == nil {
		return directory.User{}, directory.ErrNotFound
	}
	return s.User(ctx, realm, numOf(named, "id"))
}

// ReplaceUser implements directory.UserStore in one transaction. Attributes that this version does not know survive it.
func (s *Store) ReplaceUser(ctx context.Context, before, after directory.User) error {
	after.Realm, after.ID, after.CreatedAt, after.Version = before.Realm, before.ID, before.CreatedAt, before.Version+1
	current, epoch, err := s.unchanged(ctx, before)
	if err != nil {
		return err
	}
	attributes, err := attributesOf(after)
	if err != nil {
		return err
	}
	change := &transaction{store: s}
	if directory.Revokes(current, after) {
		attributes["epoch"] = num(epoch)
		change.raise(before, epoch)
	}
	change.set(before, attributes)
	change.unname(before, after)
	change.name(after, before)
	return change.commit(ctx, "replacing a user")
}

// unchanged returns the stored user, if it has the caller's version, and an epoch to raise it to. Otherwise it returns
// ErrChanged or ErrNotFound.
func (s *Store) unchanged(ctx context.Context, user directory.User) (current directory.User, epoch int64, err error) {
	stored, record, err := s.pair(ctx, directory.AccountOf(user.Realm, user.ID))
	switch {
	case err != nil:
		return current, 0, err
	case stored == nil:
		return current, 0, directory.ErrNotFound
	case numOf(stored, "version") != user.Version:
		return current, 0, directory.ErrChanged
	}
	current, err = userOf(user.Realm, stored)
	return current, s.nextEpoch(stored, record), err
}

// SetPassword implements login.UserStore in one transaction.
func (s *Store) SetPassword(ctx context.Context, user directory.User, hash string, keep session.Ref) error {
	user, epoch, err := s.unchanged(ctx, user)
	if err != nil {
		return err
	}
	change := &transaction{store: s}
	change.set(user, item{"hash": str(hash), "version": num(user.Version + 1), "epoch": num(epoch)})
	change.raise(user, epoch)
	if keep != (session.Ref{}) {
		kept := s.ofSession(keep)
		kept.update, kept.values = "SET #epoch = :epoch", item{":epoch": num(epoch)}
		change.update(kept, session.ErrNone)
	}
	return change.commit(ctx, "setting a password")
}

// Revoke implements directory.UserStore in one transaction. It reads the user again if that is being changed.
func (s *Store) Revoke(ctx context.Context, realm string, id int64) error {
	var err error
	for range conflictTries {
		stored, record, reading := s.pair(ctx, directory.AccountOf(realm, id))
		if reading != nil {
			return reading
		}
		if stored == nil {
			return directory.ErrNotFound
		}
		epoch, user := s.nextEpoch(stored, record), directory.User{Realm: realm, ID: id, Version: numOf(stored, "version")}
		change := &transaction{store: s}
		change.set(user, item{"version": num(user.Version + 1), "epoch": num(epoch)})
		change.raise(user, epoch)
		if err = change.commit(ctx, "raising the epochs of a user"); !errors.Is(err, directory.ErrChanged) {
			break
		}
	}
	return err
}

// RemoveUser implements directory.UserStore in one transaction. Only the epoch of the record stays. Sessions end with their
// user, and their items by TTL.
func (s *Store) RemoveUser(ctx context.Context, user directory.User) error {
	user, epoch, err := s.unchanged(ctx, user)
	if err != nil {
		return err
	}
	change := &transaction{store: s}
	record := item{"pk": str(accountKey(directory.AccountOf(user.Realm, user.ID))), "epoch": num(epoch)}
	change.put(s.tables.Attempts, record, belowEpoch, item{":epoch": num(epoch)}, directory.ErrChanged)
	change.delete(write{
		table: s.tables.Users, pk: userKey(user.Realm, decimal(user.ID)),
		condition: "#version = :version", values: item{":version": num(user.Version)},
	}, directory.ErrChanged)
	change.unname(user, directory.User{})
	return change.commit(ctx, "removing a user")
}

// Users implements directory.UserStore with a Scan.
func (s *Store) Users(ctx context.Context, realm string) iter.Seq2[directory.User, error] {
	return func(yield func(directory.User, error) bool) {
		for stored, err := range s.scan(ctx, "listing users", s.tables.Users, userKey(realm, "")) {
			var user directory.User
			if err == nil {
				user, err = userOf(realm, stored)
			}
			if !yield(user, err) || err != nil {
				return
			}
		}
	}
}
