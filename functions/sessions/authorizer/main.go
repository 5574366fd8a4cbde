// Command authorizer is the Lambda function that other APIs have as their authorizer.
package main

import (
	"gatehouse/functions"
	"gatehouse/shared/bootstrap"
)

func main() { bootstrap.Main(functions.Sessions().NewAuthorizer) }
