import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.openapitools.client.ApiClient;
import org.openapitools.client.ApiException;
import org.openapitools.client.api.AuthApi;
import org.openapitools.client.api.DevicesApi;
import org.openapitools.client.api.ReadingsApi;
import org.openapitools.client.model.*;

/** Uses the client that openapi-generator makes for Java. See programs.py for what it prints. */
public class Program {
    static final OffsetDateTime FROM = OffsetDateTime.parse("2024-05-01T00:00:00Z");
    static final OffsetDateTime TO = FROM.plusHours(1);
    static final Gson GSON = new GsonBuilder().serializeNulls().create();

    final ApiClient client = new ApiClient();
    final ReadingsApi readings = new ReadingsApi(client);
    final Map<String, Object> result = new LinkedHashMap<>();

    public static void main(String[] arguments) throws Exception {
        Program program = new Program();
        program.client.setBasePath(arguments[0]);
        program.logIn(arguments[1], arguments[2]);
        program.readPages();
        program.write();
        program.readHistory();
        program.fail();
        program.export();
        System.out.println(GSON.toJson(program.result));
    }

    void logIn(String username, String password) throws ApiException {
        Token token = new AuthApi(client).issueToken("password", username, password).execute();
        client.setAccessToken(token.getAccessToken());
        result.put("login", token.getTokenType().getValue());
    }

    void readPages() throws ApiException {
        WeldingRealTimePage page = list("welding", false).getWeldingRealTimePage();
        List<Object> rows = new ArrayList<>();
        for (WeldingReading row : page.getItems()) {
            rows.add(row(row.getDeviceCode(), row.getFreshness().getValue(), row.getWeldCurrent()));
        }
        result.put("page", rows);

        DynamicRealTimePage cutting = list("cutting", true).getDynamicRealTimePage();
        result.put("fields", cutting.getFields().stream().map(Field::getName).collect(Collectors.toList()));
        rows = new ArrayList<>();
        for (DynamicReading row : cutting.getItems()) {
            rows.add(row(row.getDeviceCode(), row.getFreshness().getValue(), values(row.getValues())));
        }
        result.put("cutting", rows);
    }

    DeviceRealTimeDataResponse list(String typeCode, boolean dynamic) throws ApiException {
        List<String> freshness = List.of("live", "never");
        return readings.listLatest().typeCode(typeCode).pageSize(2).useDynamicFields(dynamic).freshness(freshness).execute();
    }

    void write() throws ApiException {
        ReadingBatch batch = new ReadingBatch().typeCode("welding");
        batch.addReadingsItem(reading("W1", FROM, 150.25));
        batch.addReadingsItem(reading("W1", FROM.plusMinutes(1), 151.5));
        batch.addReadingsItem(reading("unknown", FROM, 1.0));
        ReadingBatchResult outcome = readings.appendReadings(batch).execute();
        List<Object> rejected = new ArrayList<>();
        for (RejectedReading each : outcome.getResults()) {
            rejected.add(row(each.getDeviceCode(), each.getReason().getValue()));
        }
        result.put("accepted", outcome.getAccepted());
        result.put("rejected", rejected);
    }

    Reading reading(String deviceCode, OffsetDateTime ts, double current) {
        return new Reading().deviceCode(deviceCode).ts(ts).putValuesItem("weld_current", new Value(current));
    }

    void readHistory() throws ApiException {
        Set<String> fields = new LinkedHashSet<>(List.of("weld_current", "device_status"));
        List<Object> rows = new ArrayList<>();
        String cursor = null;
        do {
            HistoryPage page = readings.listHistory("W1", FROM).to(TO).fields(fields).pageSize(1).cursor(cursor).execute();
            page.getItems().forEach(each -> rows.add(values(each.getValues())));
            cursor = page.getNextCursor();
        } while (cursor != null);
        result.put("history", rows);

        Set<String> aggregates = new LinkedHashSet<>(List.of("max", "count"));
        WindowsResponse windows = readings.listWindows(Set.of("W1"), FROM, Set.of("weld_current")).to(TO).aggregates(aggregates)
            .interval("1h").execute();
        result.put("window", values(windows.getSeries().get(0).getWindows().get(0).getValues().get("weld_current")));
    }

    void fail() {
        try {
            new DevicesApi(client).getDevice("no/such").execute();
        } catch (ApiException error) {
            result.put("problem", row(error.getCode(), problem(error).getType().toString()));
        }
        try {
            readings.exportHistory("W1", FROM).timeZone("No/Zone").execute();
        } catch (ApiException error) {
            InputError first = problem(error).getErrors().get(0);
            result.put("errors", row(error.getCode(), first.getLocation().getValue(), first.getName()));
        }
    }

    Problem problem(ApiException error) {
        try {
            return Problem.fromJson(error.getResponseBody());
        } catch (IOException invalid) {
            throw new IllegalStateException(invalid);
        }
    }

    void export() throws Exception {
        for (String format : List.of("csv", "ndjson")) {
            File file = readings.exportHistory("W1", FROM).to(TO).fields(Set.of("weld_current")).format(format).execute();
            result.put(format, Files.readAllLines(file.toPath()).size());
        }
    }

    static Map<String, Object> values(Map<String, Value> values) {
        Map<String, Object> plain = new LinkedHashMap<>();
        values.forEach((name, value) -> plain.put(name, value == null ? null : value.getActualInstance()));
        return plain;
    }

    static List<Object> row(Object... cells) {
        return Arrays.asList(cells);
    }
}
