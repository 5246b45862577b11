// Does with Fastly's Go client what it reads on stdin, one JSON object a line, and prints what came of each.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/fastly/go-fastly/v16/fastly"
)

type job struct {
	Op, URL, Key, Username, Password, Name, Scope, ID, Customer, Service string
	Services, IDs                                                        []string
}

func run(ctx context.Context, j job) (any, error) {
	client, err := fastly.NewClientForEndpoint(j.Key, j.URL)
	if err != nil {
		return nil, err
	}
	scope := fastly.TokenScope(j.Scope)
	switch j.Op {
	case "create":
		return client.CreateToken(ctx, &fastly.CreateTokenInput{
			Name: &j.Name, Scope: &scope, Services: j.Services, Username: &j.Username, Password: &j.Password,
		})
	case "self":
		return client.GetTokenSelf(ctx)
	case "list":
		return client.ListTokens(ctx, &fastly.ListTokensInput{})
	case "customer":
		return client.ListCustomerTokens(ctx, &fastly.ListCustomerTokensInput{CustomerID: j.Customer})
	case "revoke":
		return nil, client.DeleteToken(ctx, &fastly.DeleteTokenInput{TokenID: j.ID})
	case "revoke-self":
		return nil, client.DeleteTokenSelf(ctx)
	case "bulk":
		tokens := []*fastly.BatchToken{}
		for _, id := range j.IDs {
			tokens = append(tokens, &fastly.BatchToken{ID: id})
		}
		return nil, client.BatchDeleteTokens(ctx, &fastly.BatchDeleteTokensInput{Tokens: tokens})
	case "create-automation":
		return client.CreateAutomationToken(ctx, &fastly.CreateAutomationTokenInput{
			Name: j.Name, Scope: &scope, Role: fastly.EngineerRole, Services: j.Services,
			Username: &j.Username, Password: &j.Password,
		})
	case "list-automation":
		return client.ListAutomationTokens(ctx)
	case "get-automation":
		return client.GetAutomationToken(ctx, &fastly.GetAutomationTokenInput{TokenID: j.ID})
	case "purge-all":
		return client.PurgeAll(ctx, &fastly.PurgeAllInput{ServiceID: j.Service})
	case "services":
		return client.ListServices(ctx, &fastly.ListServicesInput{})
	}
	return nil, fmt.Errorf("no operation %q", j.Op)
}

func main() {
	in, out := bufio.NewScanner(os.Stdin), json.NewEncoder(os.Stdout)
	for in.Scan() {
		var j job
		if err := json.Unmarshal(in.Bytes(), &j); err != nil {
			panic(err)
		}
		value, err := run(context.Background(), j)
		answer := map[string]any{"value": value}
		var refused *fastly.HTTPError
		if errors.As(err, &refused) {
			answer = map[string]any{"status": refused.StatusCode, "body": refused.Error()}
		} else if err != nil {
			answer = map[string]any{"error": err.Error()}
		}
		if err := out.Encode(answer); err != nil {
			panic(err)
		}
	}
}
