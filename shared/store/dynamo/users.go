package dynamo

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"gatehouse/shared/directory"
)

var _ directory.Store = (*Store)(nil)

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
	record, err := s.get(ctx, s.tables.Attempts, accountKey(directory.AccountOf(user.Realm, user.ID)))
	if err != nil {
		return fmt.Errorf("reading an epoch: %w", err)
	}
	change := &transaction{store: s}
	stored, err := attributesOf(user)
	if err != nil {
		return err
	}
	stored["pk"], stored["epoch"] = str(userKey(user.Realm, decimal(user.ID))), num(numOf(record, "epoch"))
	change.putNew(stored, taken("id", decimal(user.ID)))
	for _, by := range identifiersOf(user) {
		change.name(user, by)
	}
	change.sameEpoch(user, record)
	return change.commit(ctx, "storing a user")
}

// User implements directory.UserStore.
func (s *Store) User(ctx context.Context, realm string, id int64) (directory.User, error) {
	stored, err := s.get(ctx, s.tables.Users, userKey(realm, decimal(id)))
	if err != nil {
		return directory.User{}, fmt.Errorf("reading a user: %w", err)
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
		return directory.User{}, fmt.Errorf("reading an identifier: %w", err)
	}
	if named == nil {
		return directory.User{}, directory.ErrNotFound
	}
	return s.User(ctx, realm, numOf(named, "id"))
}

// ReplaceUser implements directory.UserStore in one transaction. Attributes that this version does not know survive it.
func (s *Store) ReplaceUser(ctx context.Context, before, after directory.User) error {
	after.Realm, after.ID, after.CreatedAt, after.Version = before.Realm, before.ID, before.CreatedAt, before.Version+1
	stored, record, err := s.versionOf(ctx, before)
	if err != nil {
		return err
	}
	current, err := userOf(before.Realm, stored)
	if err != nil {
		return err
	}
	update, err := updateOf(after)
	if err != nil {
		return err
	}
	change := &transaction{store: s}
	if directory.Revokes(current, after) {
		epoch := s.nextEpoch(stored, record)
		update.raise(epoch)
		change.raise(before, epoch)
	}
	change.add(types.TransactWriteItem{Update: update.write(s.tables.Users, before)}, directory.ErrChanged)
	for _, by := range identifiersOf(before) {
		if !slices.Contains(identifiersOf(after), by) {
			change.unname(before, by)
		}
	}
	for _, by := range identifiersOf(after) {
		if !slices.Contains(identifiersOf(before), by) {
			change.name(after, by)
		}
	}
	return change.commit(ctx, "replacing a user")
}

// versionOf reads the stored user and its record. It returns ErrChanged if the user has another version than the caller's.
func (s *Store) versionOf(ctx context.Context, user directory.User) (stored, record item, err error) {
	stored, record, err = s.pair(ctx, directory.AccountOf(user.Realm, user.ID))
	switch {
	case err != nil:
		return nil, nil, err
	case stored == nil:
		return nil, nil, directory.ErrNotFound
	case numOf(stored, "version") != user.Version:
		return nil, nil, directory.ErrChanged
	}
	return stored, record, nil
}

// RemoveUser implements directory.UserStore in one transaction. Only the epoch of the record stays. Sessions end with their
// user, and their items by TTL.
func (s *Store) RemoveUser(ctx context.Context, user directory.User) error {
	stored, record, err := s.versionOf(ctx, user)
	if err != nil {
		return err
	}
	if user, err = userOf(user.Realm, stored); err != nil {
		return err
	}
	change := &transaction{store: s}
	change.reset(user, s.nextEpoch(stored, record))
	change.add(types.TransactWriteItem{Delete: &types.Delete{
		TableName: &s.tables.Users, Key: key(userKey(user.Realm, decimal(user.ID))),
		ConditionExpression:       aws.String("#version = :version"),
		ExpressionAttributeNames:  map[string]string{"#version": "version"},
		ExpressionAttributeValues: item{":version": num(user.Version)},
	}}, directory.ErrChanged)
	for _, by := range identifiersOf(user) {
		change.unname(user, by)
	}
	return change.commit(ctx, "removing a user")
}

// Users implements directory.UserStore with a Scan, a page at a time.
func (s *Store) Users(ctx context.Context, realm string) iter.Seq2[directory.User, error] {
	return func(yield func(directory.User, error) bool) {
		prefix := userKey(realm, "")
		pages := dynamodb.NewScanPaginator(s.client, &dynamodb.ScanInput{
			TableName: &s.tables.Users, ConsistentRead: aws.Bool(true),
			FilterExpression:          aws.String("begins_with(pk, :prefix)"),
			ExpressionAttributeValues: item{":prefix": str(prefix)},
		})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				yield(directory.User{}, fmt.Errorf("listing users: %w", err))
				return
			}
			for _, stored := range page.Items {
				if user, err := userOf(realm, stored); !yield(user, err) || err != nil {
					return
				}
			}
		}
	}
}
