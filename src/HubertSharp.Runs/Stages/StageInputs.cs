using HubertSharp.Runs.Files;

namespace HubertSharp.Runs.Stages;

/// <summary>Everything that a stage's result depends on: settings by name, and the fingerprints of the files it reads.</summary>
public sealed class StageInputs
{
    private readonly SortedDictionary<string, string> _values = new(StringComparer.Ordinal);

    /// <summary>The values by name, sorted.</summary>
    public IReadOnlyDictionary<string, string> Values => _values;

    /// <summary>A value from the recipe or the configuration.</summary>
    public StageInputs Setting(string name, object? value)
    {
        _values.Add(name, Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture) ?? "");
        return this;
    }

    /// <summary>A file by its content.</summary>
    public StageInputs File(string name, string path)
    {
        _values.Add(name, FileFingerprint.Of(path));
        return this;
    }

    /// <summary>
    /// Many files that are too large to read for this: names, sizes and, with <paramref name="withTimes"/>, times of change.
    /// </summary>
    public StageInputs Files(string name, IEnumerable<string> paths, bool withTimes)
    {
        _values.Add(name, FileFingerprint.OfMany(paths, withTimes));
        return this;
    }
}
