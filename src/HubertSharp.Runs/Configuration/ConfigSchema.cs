using System.Collections.Concurrent;
using System.Reflection;
using System.Text;

namespace HubertSharp.Runs.Configuration;

/// <summary>
/// The keys of a root record by their dotted names, read off its groups once. A group has one record, or several of which its
/// <c>_name</c> chooses one, as fairseq's registries do for schedulers and optimizers.
/// </summary>
internal sealed class ConfigSchema
{
    /// <summary>The order of fairseq's published configurations; a root's further groups follow.</summary>
    private static readonly string[] Order =
    [
        "common", "checkpoint", "distributed_training", "task", "dataset", "criterion", "optimization", "optimizer", "lr_scheduler",
        "model",
    ];

    private static readonly ConcurrentDictionary<Type, ConfigSchema> Known = [];

    private readonly Func<TrainingConfig> _create;

    private ConfigSchema(Func<TrainingConfig> create)
    {
        _create = create;
        var defaults = create();
        var properties = defaults.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite);
        Groups = [.. properties.Select(p => ConfigGroup.Of(p, p.GetValue(defaults)!)).OrderBy(g => Place(g.Name))];
        ByName = Groups.SelectMany(g => g.Choices).SelectMany(c => c.Keys).DistinctBy(k => k.Name).ToDictionary(k => k.Name);
        Ignored = IgnoredKeys.Keys.Concat(defaults.GetType().GetCustomAttributes<IgnoresAttribute>().SelectMany(a => a.Keys)).ToHashSet();
    }

    public IReadOnlyList<ConfigGroup> Groups { get; }

    /// <summary>Every key that a group has under any of its names.</summary>
    public IReadOnlyDictionary<string, ConfigKey> ByName { get; }

    /// <summary>Dotted keys that fairseq knows and that mean nothing here, beside whole groups of them.</summary>
    public IReadOnlySet<string> Ignored { get; }

    /// <summary>The schema of a root record.</summary>
    public static ConfigSchema Of<TRoot>() where TRoot : TrainingConfig, new() =>
        Known.GetOrAdd(typeof(TRoot), static _ => new ConfigSchema(static () => new TRoot()));

    public bool HasGroup(string name) => Groups.Any(g => g.Name == name);

    /// <summary>Whether the dotted key, or the group that it lies in, is known and means nothing here.</summary>
    public bool Ignores(string key) =>
        Ignored.Contains(key) || (IgnoredKeys.Groups.Contains(key.Split('.')[0]) && !HasGroup(key.Split('.')[0]));

    /// <summary>What a misspelt key may have meant: a key without effect only where it is the same group's.</summary>
    public IEnumerable<string> Candidates(string key) => ByName.Keys.Concat(key.Contains('.', StringComparison.Ordinal)
        ? Ignored.Where(k => k.StartsWith(key[..(key.IndexOf('.', StringComparison.Ordinal) + 1)], StringComparison.Ordinal))
        : Groups.Select(g => g.Name));

    /// <summary>A configuration from one record per group and one value per key, absent keys at their defaults.</summary>
    public TrainingConfig Assemble(
        IEnumerable<(ConfigGroup Group, ConfigChoice Choice)> chosen, IReadOnlyDictionary<string, object?> values)
    {
        var config = _create();
        foreach (var (group, choice) in chosen)
        {
            var record = group.Property.GetValue(config)!;
            if (record.GetType() != choice.Type)
                group.Property.SetValue(config, record = Activator.CreateInstance(choice.Type)!);
            foreach (var key in choice.Keys)
            {
                if (values.TryGetValue(key.Name, out var value))
                    key.Property?.SetValue(record, value);
            }
        }
        return config;
    }

    private static int Place(string group) => Array.IndexOf(Order, group) is >= 0 and var place ? place : Order.Length;

    internal static string SnakeCase(string name)
    {
        var text = new StringBuilder();
        foreach (var c in name)
        {
            if (char.IsAsciiLetterUpper(c) && text.Length > 0)
                text.Append('_');
            text.Append(char.ToLowerInvariant(c));
        }
        return text.ToString();
    }
}
