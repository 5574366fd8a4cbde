package dynamo

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"gatehouse/shared/directory"
)

// transaction is a change by the administration: writes that happen together or not at all, each with the error that its
// failed condition stands for.
type transaction struct {
	store    *Store
	writes   []types.TransactWriteItem
	meanings []error
}

func (t *transaction) add(write types.TransactWriteItem, meaning error) {
	t.writes, t.meanings = append(t.writes, write), append(t.meanings, meaning)
}

// put stores an item in place of any other, on a condition.
func (t *transaction) put(table string, new item, condition string, values item, meaning error) {
	t.add(types.TransactWriteItem{Put: &types.Put{
		TableName: &table, Item: new, ConditionExpression: &condition,
		ExpressionAttributeNames: names(condition), ExpressionAttributeValues: values,
	}}, meaning)
}

func (t *transaction) update(w write, meaning error) {
	in := w.input()
	t.add(types.TransactWriteItem{Update: &types.Update{
		TableName: in.TableName, Key: in.Key, UpdateExpression: in.UpdateExpression, ConditionExpression: in.ConditionExpression,
		ExpressionAttributeNames: in.ExpressionAttributeNames, ExpressionAttributeValues: in.ExpressionAttributeValues,
	}}, meaning)
}

func (t *transaction) delete(w write, meaning error) {
	t.add(types.TransactWriteItem{Delete: w.deletion()}, meaning)
}

// putNew stores an item of the Users table that must not exist yet.
func (t *transaction) putNew(new item, kind, value string) {
	t.put(t.store.tables.Users, new, "attribute_not_exists(pk)", nil, &directory.TakenError{Kind: kind, Value: value})
}

// belowEpoch is the condition that an epoch rises. Nothing lowers one.
const belowEpoch = "(attribute_not_exists(#epoch) OR #epoch < :epoch)"

// nextEpoch returns an epoch above the user's, its record's and the clock. So no epoch repeats, not even after a restore of
// one table.
func (s *Store) nextEpoch(user, record item) int64 {
	return max(numOf(user, "epoch"), numOf(record, "epoch"), s.clock().UnixMilli()) + 1
}

// raise sets the epoch of a user's record.
func (t *transaction) raise(user directory.User, epoch int64) {
	t.update(write{
		table: t.store.tables.Attempts, pk: accountKey(directory.AccountOf(user.Realm, user.ID)),
		update: "SET #epoch = :epoch", condition: belowEpoch, values: item{":epoch": num(epoch)},
	}, directory.ErrChanged)
}

// conflictTries and conflictWait bound the retries of a change that conflicted with a login or another change on the same
// item (TransactionConflict). Either ends within milliseconds.
const (
	conflictTries = 8
	conflictWait  = 25 * time.Millisecond
)

// commit carries out the writes, or returns the error of the first condition that failed.
func (t *transaction) commit(ctx context.Context, doing string) error {
	for try := range conflictTries {
		seen := &tries{}
		_, err := t.store.client.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: t.writes}, seen.watch)
		if !seen.unknown {
			err = throttled(err)
		}
		if failed := slices.Index(causes(err), failedCondition); failed >= 0 {
			return t.meanings[failed]
		}
		if err == nil || !slices.Contains(causes(err), conflict) || try == conflictTries-1 {
			return wrap(doing, err)
		}
		select {
		case <-ctx.Done():
			return wrap(doing, ctx.Err())
		case <-time.After(conflictWait << try):
		}
	}
	return nil
}

// Reasons of a cancelled transaction.
const (
	failedCondition = "ConditionalCheckFailed"
	conflict        = "TransactionConflict"
)

// causes returns the reason of each write in a cancelled transaction, "None" for an innocent one; nil for any other error.
func causes(err error) []string {
	cancelled, ok := errors.AsType[*types.TransactionCanceledException](err)
	if !ok {
		return nil
	}
	var codes []string
	for _, reason := range cancelled.CancellationReasons {
		codes = append(codes, aws.ToString(reason.Code))
	}
	return codes
}
