// Command verify is the Lambda function that answers proxies that ask whose session a request carries.
package main

import (
	"gatehouse/functions"
	"gatehouse/shared/bootstrap"
)

func main() { bootstrap.Main(functions.Sessions().NewVerify) }
