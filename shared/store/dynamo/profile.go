package dynamo

import (
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"gatehouse/shared/directory"
)

// attributesOf gives what is stored of a user, without its key and epoch. What has no value has no attribute.
func attributesOf(user directory.User) item {
	attributes := item{
		"id": num(user.ID), "active": boolean(user.Active), "confirmed": boolean(user.Confirmed),
		"created": millis(user.CreatedAt), "version": num(user.Version),
	}
	for name, value := range texts(&user) {
		if *value != "" {
			attributes[name] = str(*value)
		}
	}
	if user.RootRole != nil {
		attributes["root_role"] = num(*user.RootRole)
	}
	for name, value := range booleans(&user) {
		if *value != nil {
			attributes[name] = boolean(**value)
		}
	}
	if len(user.Permissions) > 0 {
		list := &types.AttributeValueMemberL{}
		for _, each := range user.Permissions {
			list.Value = append(list.Value, str(each))
		}
		attributes["permissions"] = list
	}
	return attributes
}

// userOf reads what attributesOf wrote.
func userOf(realm string, i item) directory.User {
	user := directory.User{
		Realm: realm, ID: numOf(i, "id"), Active: boolOf(i, "active"), Confirmed: boolOf(i, "confirmed"),
		CreatedAt: timeOf(i, "created"), Version: numOf(i, "version"),
	}
	for name, value := range texts(&user) {
		*value = strOf(i, name)
	}
	if _, ok := i["root_role"]; ok {
		role := numOf(i, "root_role")
		user.RootRole = &role
	}
	for name, value := range booleans(&user) {
		if _, ok := i[name]; ok {
			given := boolOf(i, name)
			*value = &given
		}
	}
	if list, ok := i["permissions"].(*types.AttributeValueMemberL); ok {
		for _, each := range list.Value {
			if text, ok := each.(*types.AttributeValueMemberS); ok {
				user.Permissions = append(user.Permissions, text.Value)
			}
		}
	}
	return user
}

// texts are the attributes of a user that are strings.
func texts(u *directory.User) map[string]*string {
	return map[string]*string{
		"username": &u.Username, "email": &u.Email, "name": &u.Name, "hash": &u.PasswordHash,
		"account_type": &u.AccountType, "image_url": &u.ImageURL, "invite_link": &u.InviteLink,
		"scim_id": &u.ScimID, "seat_type": &u.SeatType, "company_role": &u.CompanyRole,
	}
}

// booleans are the attributes of a user that are true, false or absent.
func booleans(u *directory.User) map[string]**bool {
	return map[string]**bool{
		"email_sent": &u.EmailSent, "product_updates_email_consent": &u.ProductUpdatesEmailConsent,
	}
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

// update sets some attributes of an item, removes others, and leaves the rest alone.
type update struct {
	sets, removes []string
	condition     string // beside the version; empty, or ends with AND
	names         map[string]string
	values        item
}

// updateOf writes all that is stored of a user, and removes what it has no value for.
func updateOf(user directory.User) *update {
	u := &update{names: map[string]string{}, values: item{}}
	given := attributesOf(user)
	for _, name := range slices.Sorted(maps.Keys(given)) {
		u.set(name, given[name])
	}
	optional := append(slices.Collect(maps.Keys(texts(&user))), slices.Collect(maps.Keys(booleans(&user)))...)
	for _, name := range append(optional, "root_role", "permissions") {
		if _, ok := given[name]; !ok {
			u.names["#"+name] = name
			u.removes = append(u.removes, "#"+name)
		}
	}
	return u
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

// write is the update on condition that the user is still as it was before.
func (u *update) write(table string, before directory.User) *types.Update {
	expression := "SET " + strings.Join(u.sets, ", ")
	if len(u.removes) > 0 {
		expression += " REMOVE " + strings.Join(u.removes, ", ")
	}
	condition := u.condition + "#version = :before"
	u.values[":before"] = num(before.Version)
	return &types.Update{
		TableName: &table, Key: key(userKey(before.Realm, decimal(before.ID))),
		UpdateExpression: &expression, ConditionExpression: &condition,
		ExpressionAttributeNames: u.names, ExpressionAttributeValues: u.values,
	}
}
