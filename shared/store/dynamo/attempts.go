package dynamo

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"gatehouse/shared/attempts"
	"gatehouse/shared/directory"
	"gatehouse/shared/login"
)

// recordOf returns the counts of a scope.
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

// expression is an update of an account's record. It names only the placeholders that it uses: DynamoDB refuses others.
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

// use adds placeholders for attributes of the account's scope, because DynamoDB reserves several of the words. The epoch and
// the ttl belong to the whole record.
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

// decoyKept is the lifetime of a decoy's record after its last failure, if no lock lasts longer. No password opens a decoy,
// so its record only has to cost the same work as a user's.
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

// Accept implements login.AttemptStore: one write with one expression, which also returns the record before it.
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
