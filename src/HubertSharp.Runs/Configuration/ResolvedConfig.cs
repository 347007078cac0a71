using System.Text;

namespace HubertSharp.Runs.Configuration;

/// <summary>A configuration with all values settled, and where each came from: what is the same for every root record.</summary>
public abstract record ResolvedConfig
{
    /// <summary>The groups that every training has.</summary>
    public abstract TrainingConfig Shared { get; }

    /// <summary>Every key of the schema, group by group.</summary>
    public required IReadOnlyList<ConfigEntry> Entries { get; init; }

    /// <summary>What the user should know once: keys without effect here, and what a setting means here.</summary>
    public required IReadOnlyList<string> Notices { get; init; }

    /// <summary>What a run's configuration refers to outside of it; the same lines are among <see cref="Notices"/>.</summary>
    public IReadOnlyList<string> NotFollowed { get; init; } = [];

    /// <summary>Keys without a value; empty unless the loader was allowed to leave them.</summary>
    public required IReadOnlyList<string> Missing { get; init; }

    /// <summary>The resolved configuration as YAML that loads to the same values; comments tell those that the environment gave.</summary>
    public string ToYaml() => ToYaml(withOrigins: false);

    /// <summary>The resolved configuration as YAML, each line with the origin of its value as a comment where asked for.</summary>
    public string ToYaml(bool withOrigins)
    {
        var text = new StringBuilder();
        var lastGroup = "";
        foreach (var entry in Entries)
        {
            var group = entry.Key.Split('.')[0];
            if (group != lastGroup)
                text.Append(lastGroup.Length > 0 ? "\n" : "").Append(group).Append(":\n");
            lastGroup = group;
            text.Append(withOrigins ? $"{Line(entry).PadRight(44)}  # {PrintableText.Line(entry.Origin)}" : $"{Line(entry)}{Mark(entry)}")
                .Append('\n');
        }
        return text.ToString();
    }

    private static string Mark(ConfigEntry entry) =>
        entry.Variables.Count > 0 ? $"  # from the environment: {PrintableText.Of(string.Join(", ", entry.Variables))}" : "";

    private static string Line(ConfigEntry entry) => $"  {entry.Key[(entry.Key.IndexOf('.') + 1)..]}: {entry.Value}";
}

/// <summary>The resolved configuration of a root record.</summary>
/// <typeparam name="TRoot">Its root record.</typeparam>
public sealed record ResolvedConfig<TRoot> : ResolvedConfig where TRoot : TrainingConfig
{
    public required TRoot Value { get; init; }

    /// <inheritdoc/>
    public override TrainingConfig Shared => Value;
}
