// Uses the client that openapi-generator makes for Go. See programs.py for what it prints.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	arcbeat "example.com/arcbeat/client"
)

var from = time.Date(2024, 5, 1, 0, 0, 0, 0, time.UTC)

type program struct {
	client *arcbeat.APIClient
	ctx    context.Context
	result map[string]any
}

func main() {
	configuration := arcbeat.NewConfiguration()
	configuration.Servers = arcbeat.ServerConfigurations{{URL: os.Args[1]}}
	run := program{arcbeat.NewAPIClient(configuration), context.Background(), map[string]any{}}
	run.logIn(os.Args[2], os.Args[3])
	run.readPages()
	run.write()
	run.readHistory()
	run.fail()
	run.export("csv")
	run.export("ndjson")
	text, err := json.Marshal(run.result)
	check(err)
	fmt.Println(string(text))
}

func (run *program) logIn(username, password string) {
	token, _, err := run.client.AuthAPI.IssueToken(run.ctx).GrantType("password").Username(username).Password(password).Execute()
	check(err)
	run.ctx = context.WithValue(run.ctx, arcbeat.ContextAccessToken, token.AccessToken)
	run.result["login"] = token.TokenType
}

func (run *program) readPages() {
	request := run.client.ReadingsAPI.ListLatest(run.ctx).PageSize(2).Freshness([]string{"live", "never"})
	answer, _, err := request.TypeCode("welding").Execute()
	check(err)
	rows := []any{}
	for _, row := range answer.WeldingRealTimePage.Items {
		rows = append(rows, []any{row.DeviceCode, row.Freshness, row.WeldCurrent.Get()})
	}
	run.result["page"] = rows

	answer, _, err = request.TypeCode("cutting").UseDynamicFields(true).Execute()
	check(err)
	fields := []string{}
	for _, field := range answer.DynamicRealTimePage.Fields {
		fields = append(fields, field.Name)
	}
	run.result["fields"] = fields
	rows = []any{}
	for _, row := range answer.DynamicRealTimePage.Items {
		rows = append(rows, []any{row.DeviceCode, row.Freshness, values(row.Values)})
	}
	run.result["cutting"] = rows
}

func (run *program) write() {
	batch := arcbeat.NewReadingBatch("welding", []arcbeat.Reading{
		reading("W1", from, 150.25),
		reading("W1", from.Add(time.Minute), 151.5),
		reading("unknown", from, 1),
	})
	outcome, _, err := run.client.ReadingsAPI.AppendReadings(run.ctx).ReadingBatch(*batch).Execute()
	check(err)
	rejected := []any{}
	for _, each := range outcome.Results {
		rejected = append(rejected, []any{each.DeviceCode.Get(), each.Reason})
	}
	run.result["accepted"] = outcome.Accepted
	run.result["rejected"] = rejected
}

func reading(deviceCode string, ts time.Time, current float64) arcbeat.Reading {
	return *arcbeat.NewReading(deviceCode, ts, map[string]arcbeat.Value{"weld_current": {Float64: &current}})
}

func (run *program) readHistory() {
	request := run.client.ReadingsAPI.ListHistory(run.ctx).DeviceCode("W1").From(from).To(from.Add(time.Hour)).
		Fields([]string{"weld_current", "device_status"}).PageSize(1)
	rows := []any{}
	for {
		page, _, err := request.Execute()
		check(err)
		for _, each := range page.Items {
			rows = append(rows, values(each.Values))
		}
		cursor := page.NextCursor.Get()
		if cursor == nil {
			break
		}
		request = request.Cursor(*cursor)
	}
	run.result["history"] = rows

	windows, _, err := run.client.ReadingsAPI.ListWindows(run.ctx).DeviceCode([]string{"W1"}).From(from).To(from.Add(time.Hour)).
		Fields([]string{"weld_current"}).Aggregates([]string{"max", "count"}).Interval("1h").Execute()
	check(err)
	run.result["window"] = values(windows.Series[0].Windows[0].Values["weld_current"])
}

func (run *program) fail() {
	_, _, err := run.client.DevicesAPI.GetDevice(run.ctx, "no/such").Execute()
	problem := problemOf(err)
	run.result["problem"] = []any{problem.Status, problem.Type}

	_, _, err = run.client.ReadingsAPI.ExportHistory(run.ctx).DeviceCode("W1").From(from).TimeZone("No/Zone").Execute()
	problem = problemOf(err)
	run.result["errors"] = []any{problem.Status, problem.Errors[0].Location, problem.Errors[0].Name}
}

func problemOf(err error) arcbeat.Problem {
	var failed *arcbeat.GenericOpenAPIError
	if !errors.As(err, &failed) {
		panic("the request did not fail as expected")
	}
	return failed.Model().(arcbeat.Problem)
}

func (run *program) export(format string) {
	file, _, err := run.client.ReadingsAPI.ExportHistory(run.ctx).DeviceCode("W1").From(from).To(from.Add(time.Hour)).
		Fields([]string{"weld_current"}).Format(format).Execute()
	check(err)
	defer file.Close()
	lines := 0
	for scanner := bufio.NewScanner(file); scanner.Scan(); {
		lines++
	}
	run.result[format] = lines
}

// values returns plain values; null is a Value without any of its types.
func values(given map[string]arcbeat.Value) map[string]any {
	plain := map[string]any{}
	for name, value := range given {
		switch {
		case value.String != nil:
			plain[name] = *value.String
		case value.Float64 != nil:
			plain[name] = *value.Float64
		case value.Bool != nil:
			plain[name] = *value.Bool
		default:
			plain[name] = nil
		}
	}
	return plain
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
