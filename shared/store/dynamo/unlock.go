package dynamo

import (
	"cmp"
	"context"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"

	"gatehouse/shared/directory"
)

// Counts implements directory.AttemptStore in one BatchGetItem. The record of a removed user is not ahead.
func (s *Store) Counts(ctx context.Context, realm string, id int64) ([]directory.Count, error) {
	user, record, err := s.pair(ctx, directory.AccountOf(realm, id))
	if err != nil {
		return nil, err
	}
	var counts []directory.Count
	for _, scope := range scopesOf(record) {
		counts = append(counts, directory.Count{
			Scope: scope, Record: recordOf(record, scope), Ahead: user != nil && ahead(user, record),
		})
	}
	return counts, nil
}

// ahead reports whether a record's epoch is above its user's. Both rise together, so only a restore of one table causes it.
func ahead(user, record item) bool { return numOf(record, "epoch") > numOf(user, "epoch") }

// scopesOf returns the scopes that a record counts in, the realm's first.
func scopesOf(record item) []string {
	scopes := []string{""}
	for name := range record {
		if _, scope, ok := strings.Cut(name, "#"); ok {
			scopes = append(scopes, scope)
		}
	}
	slices.SortFunc(scopes, func(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) })
	return slices.Compact(scopes)
}

// Failures implements directory.AttemptStore. It reads the whole table, as Users does.
func (s *Store) Failures(ctx context.Context, realm string) iter.Seq2[directory.UserCount, error] {
	return func(yield func(directory.UserCount, error) bool) {
		prefix := accountKey(directory.Account{Realm: realm})
		for record, err := range s.scan(ctx, "listing the failures", s.tables.Attempts, prefix) {
			if err != nil {
				yield(directory.UserCount{}, err)
				return
			}
			id, err := strconv.ParseInt(strings.TrimPrefix(strOf(record, "pk"), prefix), 10, 64)
			if err != nil {
				continue // a decoy's
			}
			for _, scope := range scopesOf(record) {
				count := directory.Count{Scope: scope, Record: recordOf(record, scope)}
				count.Epoch = 0
				if count.Run > 0 && !yield(directory.UserCount{UserID: id, Count: count}, nil) {
					return
				}
			}
		}
	}
}

// Unlock implements directory.AttemptStore.
func (s *Store) Unlock(ctx context.Context, realm string, id int64) error {
	account := directory.AccountOf(realm, id)
	user, record, err := s.pair(ctx, account)
	switch {
	case err != nil:
		return err
	case user == nil:
		return directory.ErrNotFound
	case ahead(user, record):
		if err := s.Revoke(ctx, realm, id); err != nil {
			return err
		}
	}
	for chunk := range slices.Chunk(failuresIn(record), unlockedAtOnce) {
		input := write{table: s.tables.Attempts, pk: accountKey(account)}.input()
		input.ExpressionAttributeNames = map[string]string{}
		for i, attribute := range chunk {
			input.ExpressionAttributeNames["#"+strconv.Itoa(i)] = attribute
		}
		placeholders := slices.Collect(maps.Keys(input.ExpressionAttributeNames))
		input.UpdateExpression = aws.String("REMOVE " + strings.Join(placeholders, ", "))
		if _, err := s.client.UpdateItem(ctx, input); err != nil {
			return wrap("unlocking an account", err)
		}
	}
	return nil
}

// unlockedAtOnce keeps the expression far below DynamoDB's 4 KB. A user has three such attributes in its realm
// and in each application with limits of its own.
const unlockedAtOnce = 99

// failuresIn returns the names of the attributes that hold failures, in all scopes.
func failuresIn(record item) []string {
	var names []string
	for _, scope := range scopesOf(record) {
		for _, name := range []string{"fails", "run", "last"} {
			if _, ok := record[inScope(name, scope)]; ok {
				names = append(names, inScope(name, scope))
			}
		}
	}
	return names
}
