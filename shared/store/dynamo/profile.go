package dynamo

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"gatehouse/shared/directory"
)

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
	var names []directory.Identifier
	if user.Username != "" {
		names = append(names, directory.Username(user.Username))
	}
	if user.Email != "" {
		names = append(names, directory.EmailAddress(user.Email))
	}
	return names
}

// update sets some attributes of a user's item and leaves the rest alone.
type update struct {
	sets      []string
	condition string // beside the version; empty, or ends with AND
	names     map[string]string
	values    item
}

// updateOf returns an update that sets all attributes of a user.
func updateOf(user directory.User) (*update, error) {
	attributes, err := attributesOf(user)
	if err != nil {
		return nil, err
	}
	u := &update{names: map[string]string{}, values: item{}}
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		u.set(name, attributes[name])
	}
	return u, nil
}

func (u *update) set(name string, value types.AttributeValue) {
	u.names["#"+name], u.values[":"+name] = name, value
	u.sets = append(u.sets, "#"+name+" = :"+name)
}

// raise sets the user's epoch, on condition that it was lower.
func (u *update) raise(epoch int64) {
	u.set("epoch", num(epoch))
	u.condition = "(" + belowEpoch + ") AND "
}

// write returns the update, on condition that the user still has the version that it had before.
func (u *update) write(table string, before directory.User) *types.Update {
	expression, condition := "SET "+strings.Join(u.sets, ", "), u.condition+"#version = :before"
	u.values[":before"] = num(before.Version)
	return &types.Update{
		TableName: &table, Key: key(userKey(before.Realm, decimal(before.ID))),
		UpdateExpression: &expression, ConditionExpression: &condition,
		ExpressionAttributeNames: u.names, ExpressionAttributeValues: u.values,
	}
}
