package dynamo

import (
	"context"
	"strconv"
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

// inScope returns the name of the attribute that holds a scope's fails, run, last or seen. The epoch and the ttl belong to the
// whole record.
func inScope(name, scope string) string {
	if scope == "" || name == "epoch" || name == "ttl" {
		return name
	}
	return name + "#" + scope
}

// attempt returns the request of a write to an account's record, in the account's scope.
func (s *Store) attempt(account directory.Account, w write) *dynamodb.UpdateItemInput {
	w.table, w.pk = s.tables.Attempts, accountKey(account)
	input := w.input()
	for placeholder, name := range input.ExpressionAttributeNames {
		input.ExpressionAttributeNames[placeholder] = inScope(name, account.Scope)
	}
	return input
}

// Clear implements login.AttemptStore.
func (s *Store) Clear(ctx context.Context, account directory.Account, policy attempts.Policy, now time.Time) error {
	_, err := s.client.UpdateItem(ctx, s.attempt(account, write{
		update: "REMOVE #fails, #last", condition: "#last <= :cut", values: item{":cut": millis(policy.Cut(now))},
	}))
	if _, changed := refused(err); changed {
		return nil
	}
	return wrap("clearing a record", err)
}

// decoyKept is the lifetime of a decoy's record after its last failure, if no lock lasts longer. No password opens a decoy,
// so its record only has to cost the same work as a user's.
const decoyKept = 24 * time.Hour

// Refuse implements login.AttemptStore: one write with one expression, whatever the record holds.
func (s *Store) Refuse(ctx context.Context, account directory.Account, policy attempts.Policy, now time.Time) (bool, error) {
	w := write{
		update: "SET #last = :now", condition: "(attribute_not_exists(#last) OR #last > :cut)",
		values: item{":now": millis(now), ":one": num(1), ":cut": millis(policy.Cut(now))},
	}
	if !account.Known {
		w.update += ", #ttl = :ttl"
		w.values[":ttl"] = num(now.Add(max(decoyKept, policy.Lockout)).Unix())
	}
	w.update += " ADD #fails :one, #run :one"
	if policy.Limit > 0 {
		w.condition += " AND (attribute_not_exists(#fails) OR #fails < :limit)"
		w.values[":limit"] = num(int64(policy.Limit))
	}
	if policy.Cap > 0 {
		w.condition += " AND (attribute_not_exists(#run) OR #run < :cap)"
		w.values[":cap"] = num(int64(policy.Cap))
	}
	_, err := s.client.UpdateItem(ctx, s.attempt(account, w))
	if _, locked := refused(err); locked {
		return true, nil
	}
	return false, wrap("counting a failure", err)
}

// Accept implements login.AttemptStore: one write with one expression, which also returns the record before it.
func (s *Store) Accept(
	ctx context.Context, account directory.Account, policy attempts.Policy, now time.Time, epoch int64,
) (attempts.Record, error) {
	w := write{
		update: "SET #seen = :now REMOVE #fails, #last, #run", condition: "(attribute_not_exists(#epoch) OR #epoch <= :epoch)",
		values: item{":now": millis(now), ":epoch": num(epoch)},
	}
	if policy.Limit > 0 {
		w.condition += " AND (attribute_not_exists(#fails) OR #fails < :limit OR #last <= :cut)"
		w.values[":limit"], w.values[":cut"] = num(int64(policy.Limit)), millis(policy.Cut(now))
	}
	if policy.Cap > 0 {
		w.condition += " AND (attribute_not_exists(#run) OR #run < :cap)"
		w.values[":cap"] = num(int64(policy.Cap))
	}
	input := s.attempt(account, w)
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
		return attempts.Record{}, wrap("committing a success", err)
	}
	return recordOf(out.Attributes, account.Scope), nil
}

// counterKept is the lifetime of a counter after the start of its minute. Anything above a minute is enough.
const counterKept = time.Hour

func counterKey(key string, now time.Time) string {
	return "source#" + key + "#" + strconv.FormatInt(now.Unix()/60, 10)
}

// Count implements login.Limiter: one atomic addition.
func (s *Store) Count(ctx context.Context, counter string, now time.Time) (int, error) {
	input := write{
		table: s.tables.Attempts, pk: counterKey(counter, now), update: "SET #ttl = :ttl ADD #n :one",
		values: item{":ttl": num(now.Add(counterKept).Unix()), ":one": num(1)},
	}.input()
	input.ReturnValues = types.ReturnValueUpdatedNew
	out, err := s.client.UpdateItem(ctx, input)
	if err != nil {
		return 0, wrap("counting a request", err)
	}
	return int(numOf(out.Attributes, "n")), nil
}
