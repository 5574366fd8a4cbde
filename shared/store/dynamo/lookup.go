package dynamo

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"gatehouse/shared/attempts"
	"gatehouse/shared/directory"
	"gatehouse/shared/login"
)

var _ login.Store = (*Store)(nil)

// Resolve implements login.UserStore in one BatchGetItem.
func (s *Store) Resolve(ctx context.Context, realm string, identifiers []directory.Identifier) ([]directory.Account, error) {
	var pks []string
	for _, by := range identifiers {
		if pk := loginKey(realm, by); !slices.Contains(pks, pk) { // a batch must not name a key twice
			pks = append(pks, pk)
		}
	}
	found, err := s.batchGet(ctx, map[string]types.KeysAndAttributes{s.tables.Users: ask(keys(pks...))})
	if err != nil {
		return nil, wrap("reading identifiers", err)
	}
	accounts := make([]directory.Account, len(identifiers))
	for i, by := range identifiers {
		accounts[i] = directory.Decoy(realm, by)
		if named, ok := found[loginKey(realm, by)]; ok {
			accounts[i] = directory.AccountOf(realm, numOf(named, "id"))
		}
	}
	return accounts, nil
}

// Load implements login.UserStore in one BatchGetItem over two tables. A decoy's key names a user that cannot exist.
func (s *Store) Load(ctx context.Context, account directory.Account) (directory.User, attempts.Record, error) {
	user, record, err := s.pair(ctx, account)
	if err != nil {
		return directory.User{}, attempts.Record{}, err
	}
	loaded := recordOf(record, account.Scope)
	if user == nil {
		return directory.User{}, loaded, nil
	}
	loaded.Epoch = numOf(user, "epoch")
	known, err := userOf(account.Realm, user)
	return known, loaded, err
}

// pair reads an account's user and record. Either is nil if it does not exist.
func (s *Store) pair(ctx context.Context, account directory.Account) (user, record item, err error) {
	userPK, recordPK := userKey(account.Realm, account.Key), accountKey(account)
	found, err := s.batchGet(ctx, map[string]types.KeysAndAttributes{
		s.tables.Users: ask(keys(userPK)), s.tables.Attempts: ask(keys(recordPK)),
	})
	if err != nil {
		return nil, nil, wrap("reading an account", err)
	}
	return found[userPK], found[recordPK], nil
}

// Rehash implements login.UserStore: one write with one condition, of the two attributes that a function may write.
func (s *Store) Rehash(ctx context.Context, realm string, id int64, old, replacement string) error {
	_, err := s.client.UpdateItem(ctx, write{
		table: s.tables.Users, pk: userKey(realm, decimal(id)),
		update: "SET #hash = :new ADD #version :one", condition: "#hash = :old",
		values: item{":new": str(replacement), ":old": str(old), ":one": num(1)},
	}.input())
	if _, changed := refused(err); changed {
		return directory.ErrChanged
	}
	return wrap("replacing a hash", err)
}
