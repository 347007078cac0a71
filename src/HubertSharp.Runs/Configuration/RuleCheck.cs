namespace HubertSharp.Runs.Configuration;

/// <summary>What rules between keys need to know beside the values: where a value is from, and which are missing.</summary>
/// <param name="where">The place of a key's value.</param>
/// <param name="missing">Keys without one.</param>
internal sealed class RuleCheck(Func<string, string> where, IReadOnlyCollection<string> missing)
{
    public bool Misses(string key) => missing.Contains(key);

    /// <summary>A rule that is broken, as a whole text.</summary>
    public string Rule(string key, string expected, object found) =>
        ConfigFaults.WrongValue(where(key), key, $"expected {expected}, found {ConfigValue.Format(found).Trim('"')}");
}
