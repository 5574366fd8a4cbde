package dynamo

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"gatehouse/shared/directory"
)

// belowEpoch is the condition that an epoch rises. Nothing lowers one.
const belowEpoch = "attribute_not_exists(#epoch) OR #epoch < :epoch"

// nextEpoch returns an epoch above the user's, its record's and the clock. So no epoch repeats, not even after a restore of
// one table.
func (s *Store) nextEpoch(user, record item) int64 {
	return max(numOf(user, "epoch"), numOf(record, "epoch"), s.clock().UnixMilli()) + 1
}

// raise sets the epoch of a user's record.
func (t *transaction) raise(user directory.User, epoch int64) {
	t.add(types.TransactWriteItem{Update: &types.Update{
		TableName: &t.store.tables.Attempts, Key: key(accountKey(directory.AccountOf(user.Realm, user.ID))),
		UpdateExpression: aws.String("SET #epoch = :epoch"), ConditionExpression: aws.String(belowEpoch),
		ExpressionAttributeNames: epochName, ExpressionAttributeValues: item{":epoch": num(epoch)},
	}}, directory.ErrChanged)
}

// reset replaces a user's record by one that holds only a new epoch.
func (t *transaction) reset(user directory.User, epoch int64) {
	record := key(accountKey(directory.AccountOf(user.Realm, user.ID)))
	record["epoch"] = num(epoch)
	t.add(types.TransactWriteItem{Put: &types.Put{
		TableName: &t.store.tables.Attempts, Item: record, ConditionExpression: aws.String(belowEpoch),
		ExpressionAttributeNames: epochName, ExpressionAttributeValues: item{":epoch": num(epoch)},
	}}, directory.ErrChanged)
}

// sameEpoch checks that the epoch of a user's record is still the one that was read.
func (t *transaction) sameEpoch(user directory.User, record item) {
	check := &types.ConditionCheck{
		TableName: &t.store.tables.Attempts, Key: key(accountKey(directory.AccountOf(user.Realm, user.ID))),
		ConditionExpression: aws.String("attribute_not_exists(#epoch)"), ExpressionAttributeNames: epochName,
	}
	if epoch, ok := record["epoch"]; ok {
		check.ConditionExpression = aws.String("#epoch = :epoch")
		check.ExpressionAttributeValues = item{":epoch": epoch}
	}
	t.add(types.TransactWriteItem{ConditionCheck: check}, directory.ErrChanged)
}

var epochName = map[string]string{"#epoch": "epoch"}
