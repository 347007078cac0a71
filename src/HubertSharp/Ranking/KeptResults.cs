using HubertSharp.Runs;
using HubertSharp.Runs.Files;
using HubertSharp.Runs.Reports;
using HubertSharp.Runs.Stages;

namespace HubertSharp.Ranking;

/// <summary>
/// What was measured of each checkpoint, as soon as it is known, with everything that it depends on: what is there and depends on nothing
/// else is not measured again.
/// </summary>
internal sealed class KeptResults(string folder)
{
    /// <param name="Inputs">Settings and fingerprints that the result depends on.</param>
    /// <param name="Result">The result.</param>
    private sealed record Kept<T>(IReadOnlyDictionary<string, string> Inputs, T Result);

    /// <summary>A result that is there and depends on nothing else; null otherwise, also where it cannot be read.</summary>
    public T? Find<T>(string name, StageInputs inputs)
        where T : class
    {
        var path = PathOf(name);
        if (!File.Exists(path))
            return null;
        try
        {
            var kept = ReportJson.Read<Kept<T>>(path);
            return kept.Inputs.Count == inputs.Values.Count
                && inputs.Values.All(input => kept.Inputs.TryGetValue(input.Key, out var value) && value == input.Value)
                ? kept.Result
                : null;
        }
        catch (UserException)
        {
            return null; // damaged: measured anew
        }
    }

    public void Keep<T>(string name, StageInputs inputs, T result)
    {
        DiskSync.CreateFolder(folder);
        ReportJson.Write(PathOf(name), new Kept<T>(inputs.Values, result));
    }

    private string PathOf(string name) => Path.Combine(folder, $"{name}.json");
}
