package dynamo

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"gatehouse/shared/attempts"
	"gatehouse/shared/directory"
	"gatehouse/shared/login"
)

var _ login.Store = (*Store)(nil)

// Resolve implements login.UserStore in one BatchGetItem.
func (s *Store) Resolve(ctx context.Context, realm string, identifiers []directory.Identifier) ([]directory.Account, error) {
	wanted := make(map[string]bool, len(identifiers))
	var keys []string
	for _, by := range identifiers {
		if pk := loginKey(realm, by); !wanted[pk] { // a batch must not name a key twice
			wanted[pk] = true
			keys = append(keys, pk)
		}
	}
	found, err := s.batchGet(ctx, map[string][]string{s.tables.Users: keys})
	if err != nil {
		return nil, fmt.Errorf("reading identifiers: %w", err)
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

// Load implements login.UserStore in one BatchGetItem over two tables. For a decoy it asks for a user that cannot exist.
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

// pair reads an account's user and record, each nil if there is none.
func (s *Store) pair(ctx context.Context, account directory.Account) (user, record item, err error) {
	userPK, recordPK := userKey(account.Realm, account.Key), accountKey(account)
	found, err := s.batchGet(ctx, map[string][]string{s.tables.Users: {userPK}, s.tables.Attempts: {recordPK}})
	if err != nil {
		return nil, nil, fmt.Errorf("reading an account: %w", err)
	}
	return found[userPK], found[recordPK], nil
}

// Rehash implements login.UserStore: one write with one condition, of the two attributes that functions may write.
func (s *Store) Rehash(ctx context.Context, realm string, id int64, old, replacement string) error {
	_, err := s.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &s.tables.Users, Key: key(userKey(realm, decimal(id))),
		UpdateExpression:          aws.String("SET #hash = :new ADD #version :one"),
		ConditionExpression:       aws.String("#hash = :old"),
		ExpressionAttributeNames:  map[string]string{"#hash": "hash", "#version": "version"},
		ExpressionAttributeValues: item{":new": str(replacement), ":old": str(old), ":one": num(1)},
	})
	if _, changed := refused(err); changed {
		return directory.ErrChanged
	}
	return wrap("replacing a hash", err)
}

// recordOf returns what a record counts in a scope.
func recordOf(i item, scope string) attempts.Record {
	return attempts.Record{
		Fails: int(numOf(i, inScope("fails", scope))), Run: int(numOf(i, inScope("run", scope))),
		Last: timeOf(i, inScope("last", scope)), Seen: timeOf(i, inScope("seen", scope)), Epoch: numOf(i, "epoch"),
	}
}

// inScope returns the name of the attribute that holds a scope's fails, run, last or seen.
func inScope(name, scope string) string {
	if scope == "" {
		return name
	}
	return name + "#" + scope
}

// expression is an update of an account's record with the placeholders that it uses, no more: DynamoDB refuses others.
type expression struct {
	account           directory.Account
	update, condition string
	names             map[string]string
	values            item
}

func newExpression(account directory.Account, names ...string) *expression {
	e := &expression{account: account, names: make(map[string]string, len(names)), values: item{}}
	e.use(names...)
	return e
}

// use adds placeholders for attributes of the account's scope, as several are words that DynamoDB reserves. The epoch and
// the ttl are the whole record's.
func (e *expression) use(names ...string) {
	for _, name := range names {
		attribute := name[1:]
		if attribute != "epoch" && attribute != "ttl" {
			attribute = inScope(attribute, e.account.Scope)
		}
		e.names[name] = attribute
	}
}

func (e *expression) and(condition string) {
	if e.condition != "" {
		e.condition += " AND "
	}
	e.condition += condition
}

func (e *expression) input(table string) *dynamodb.UpdateItemInput {
	return &dynamodb.UpdateItemInput{
		TableName: &table, Key: key(accountKey(e.account)), UpdateExpression: &e.update, ConditionExpression: &e.condition,
		ExpressionAttributeNames: e.names, ExpressionAttributeValues: e.values,
	}
}

// Clear implements login.AttemptStore.
func (s *Store) Clear(ctx context.Context, account directory.Account, policy attempts.Policy, now time.Time) error {
	e := newExpression(account, "#fails", "#last")
	e.update = "REMOVE #fails, #last"
	e.and("#last <= :cut")
	e.values[":cut"] = millis(policy.Cut(now))
	_, err := s.client.UpdateItem(ctx, e.input(s.tables.Attempts))
	if _, changed := refused(err); changed || err == nil {
		return nil
	}
	return fmt.Errorf("clearing a record: %w", err)
}

// decoyKept is how long a decoy's record is kept after its last failure, if no lock lasts longer. Nothing depends on it but
// that a decoy does the same work as a user: no password opens it.
const decoyKept = 24 * time.Hour

// Refuse implements login.AttemptStore: one write with one expression, whatever the record holds.
func (s *Store) Refuse(ctx context.Context, account directory.Account, policy attempts.Policy, now time.Time) (bool, error) {
	e := newExpression(account, "#fails", "#run", "#last")
	e.update = "SET #last = :now"
	e.values[":now"], e.values[":one"], e.values[":cut"] = millis(now), num(1), millis(policy.Cut(now))
	if !account.Known {
		e.use("#ttl")
		e.update += ", #ttl = :ttl"
		e.values[":ttl"] = num(now.Add(max(decoyKept, policy.Lockout)).Unix())
	}
	e.update += " ADD #fails :one, #run :one"
	e.and("(attribute_not_exists(#last) OR #last > :cut)")
	if policy.Limit > 0 {
		e.and("(attribute_not_exists(#fails) OR #fails < :limit)")
		e.values[":limit"] = num(int64(policy.Limit))
	}
	if policy.Cap > 0 {
		e.and("(attribute_not_exists(#run) OR #run < :cap)")
		e.values[":cap"] = num(int64(policy.Cap))
	}
	_, err := s.client.UpdateItem(ctx, e.input(s.tables.Attempts))
	if _, locked := refused(err); locked {
		return true, nil
	}
	if err != nil {
		return false, fmt.Errorf("counting a failure: %w", err)
	}
	return false, nil
}

// Accept implements login.AttemptStore: one write with one expression, which also gives the record as it was.
func (s *Store) Accept(
	ctx context.Context, account directory.Account, policy attempts.Policy, now time.Time, epoch int64,
) (attempts.Record, error) {
	e := newExpression(account, "#fails", "#run", "#last", "#seen", "#epoch")
	e.update = "SET #seen = :now REMOVE #fails, #last, #run"
	e.values[":now"], e.values[":epoch"] = millis(now), num(epoch)
	e.and("(attribute_not_exists(#epoch) OR #epoch <= :epoch)")
	if policy.Limit > 0 {
		e.and("(attribute_not_exists(#fails) OR #fails < :limit OR #last <= :cut)")
		e.values[":limit"], e.values[":cut"] = num(int64(policy.Limit)), millis(policy.Cut(now))
	}
	if policy.Cap > 0 {
		e.and("(attribute_not_exists(#run) OR #run < :cap)")
		e.values[":cap"] = num(int64(policy.Cap))
	}
	input := e.input(s.tables.Attempts)
	input.ReturnValues = types.ReturnValueAllOld
	input.ReturnValuesOnConditionCheckFailure = types.ReturnValuesOnConditionCheckFailureAllOld
	out, err := s.client.UpdateItem(ctx, input)
	if stored, failed := refused(err); failed {
		if policy.Locked(recordOf(stored, account.Scope), now) {
			return attempts.Record{}, login.ErrLocked
		}
		return attempts.Record{}, login.ErrEpoch
	}
	if err != nil {
		return attempts.Record{}, fmt.Errorf("committing a success: %w", err)
	}
	return recordOf(out.Attributes, account.Scope), nil
}

// counterKept is how long a minute's counter is kept after the minute has begun: any time above a minute would do.
const counterKept = time.Hour

func counterKey(key string, now time.Time) string {
	return "source#" + key + "#" + strconv.FormatInt(now.Unix()/60, 10)
}

// Count implements login.Limiter: one atomic addition.
func (s *Store) Count(ctx context.Context, counter string, now time.Time) (int, error) {
	out, err := s.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &s.tables.Attempts, Key: key(counterKey(counter, now)),
		UpdateExpression:          aws.String("SET #ttl = :ttl ADD #n :one"),
		ExpressionAttributeNames:  map[string]string{"#ttl": "ttl", "#n": "n"},
		ExpressionAttributeValues: item{":ttl": num(now.Add(counterKept).Unix()), ":one": num(1)},
		ReturnValues:              types.ReturnValueUpdatedNew,
	})
	if err != nil {
		return 0, fmt.Errorf("counting a request: %w", err)
	}
	return int(numOf(out.Attributes, "n")), nil
}

// Counted implements login.Limiter.
func (s *Store) Counted(ctx context.Context, counter string, now time.Time) (int, error) {
	stored, err := s.get(ctx, s.tables.Attempts, counterKey(counter, now))
	if err != nil {
		return 0, fmt.Errorf("reading a counter: %w", err)
	}
	return int(numOf(stored, "n")), nil
}
