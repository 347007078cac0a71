using System.Text.Json;
using HubertSharp.Runs.Doctor;
using HubertSharp.Runs.Languages;
using HubertSharp.Runs.Reports;

namespace HubertSharp.Tests.Dashboard.Runs;

/// <summary>Run folders that somebody else made.</summary>
[Collection("dashboard")]
public sealed class PlantedRunTests : IDisposable
{
    private const string Variable = TestEnvironment.Variable, Secret = TestEnvironment.Secret;
    private readonly SampleRuns _runs = new();

    [Fact]
    public async Task Its_configuration_shows_neither_the_environment_nor_other_files()
    {
        var folder = _runs.AddRun("planted");
        _runs.AddCorpus();
        _runs.Write("secret.yaml", $"task:\n  data: {Secret}\n");
        _runs.Write("runs/planted/config.yaml",
            $"defaults: [../../secret]\ntask:\n  data: ${{oc.env:{Variable}}}\n  label_dir: ${{task.data}}\n  labels: [km]\n  label_rate: "
            + $"100\nmodel:\n  label_rate: 100\n");
        var answers = await AnswersAsync("planted");
        Assert.All(answers.Values, a => Assert.DoesNotContain(Secret, a));
        Assert.Contains($"oc.env:{Variable}", answers[""]); // as it is written, and that it is not followed
        Assert.Contains("its defaults list is not followed", answers[""]);
        Assert.Contains("the environment is not asked", answers["/utterances"]);
        Assert.Contains("\"verdict\":", answers["/doctor"]); // the run is judged all the same
        var run = DoctorInput.Read(folder);
        Assert.DoesNotContain(Secret, DoctorPage.Render(run, LossDoctor.Examine(run), null, ReportLanguage.English, DateTime.UnixEpoch));
    }

    [Fact]
    public async Task Links_and_label_files_elsewhere_tell_nothing_of_what_they_hold()
    {
        _runs.AddCorpus();
        _runs.AddRun("linked");
        var secret = _runs.Write("secret.txt", $"optimization: {{max_update: {Secret}}}\n");
        File.Delete(_runs.At("runs", "linked", "config.yaml"));
        File.CreateSymbolicLink(_runs.At("runs", "linked", "config.yaml"), secret);
        _runs.AddRun("labelled");
        File.Delete(_runs.At("runs", "labelled", "labels.json"));
        File.Delete(_runs.At("corpus", "dict.km.txt"));
        File.CreateSymbolicLink(_runs.At("corpus", "dict.km.txt"), secret);
        foreach (var name in new[] { "linked", "labelled" })
        {
            var answers = await AnswersAsync(name);
            Assert.All(answers.Values, a => Assert.DoesNotContain(Secret, a));
            Assert.NotEqual(JsonValueKind.Null, Problem(answers["/doctor"]).ValueKind);
        }
    }

    [Fact]
    public async Task Names_with_control_characters_are_shown_without_them()
    {
        _runs.AddRun("a\u001b[31m\nb");
        _runs.AddRun("a\u001b[31m\tb");
        await using var server = await _runs.StartAsync();
        using var http = new HttpClient { BaseAddress = server.Url };
        var list = await DashboardServerTests.ListAsync(http);
        Assert.Equal(["a?[31m?b", "a?[31m?b"], list.Select(r => r.GetProperty("name").GetString()));
        Assert.Equal(2, list.Select(DashboardServerTests.Id).Distinct().Count());
        Assert.DoesNotContain('\u001b', await http.GetStringAsync("metrics"));
    }

    public void Dispose() => _runs.Dispose();

    private async Task<Dictionary<string, string>> AnswersAsync(string name)
    {
        await using var server = await _runs.StartAsync();
        using var http = new HttpClient { BaseAddress = server.Url };
        var list = await DashboardServerTests.ListAsync(http);
        var id = DashboardServerTests.Id(list.Single(r => r.GetProperty("name").GetString() == name));
        var answers = new Dictionary<string, string>();
        string[] parts =
        [
            "", "/doctor", "/doctor?lang=zh", "/curves", "/utterances", "/utterances/train/0", "/audio/train/0", "/predictions",
        ];
        foreach (var part in parts)
            answers[part] = await (await http.GetAsync($"api/runs/{id}{part}")).Content.ReadAsStringAsync();
        answers["list"] = await http.GetStringAsync("api/runs");
        answers["metrics"] = await http.GetStringAsync("metrics");
        return answers;
    }

    private static JsonElement Problem(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.GetProperty("problem").Clone();
    }
}
