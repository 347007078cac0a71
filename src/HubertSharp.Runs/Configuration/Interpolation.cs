using System.Text;
using System.Text.RegularExpressions;
using HubertSharp.Runs.Yaml;

namespace HubertSharp.Runs.Configuration;

/// <summary>
/// OmegaConf's <c>${group.key}</c>, <c>${.sibling}</c> and <c>${oc.env:NAME,default}</c>, nested and inside longer texts. A text
/// that is one interpolation only becomes the other key's value whatever it is; inside a longer text it must be a scalar.
/// </summary>
/// <param name="settings">The values as somebody wrote them.</param>
/// <param name="keys">The keys that there are.</param>
/// <param name="asksEnvironment">Whether the environment's variables are looked up.</param>
internal sealed partial class Interpolation(
    IReadOnlyDictionary<string, Setting> settings, IReadOnlyDictionary<string, ConfigKey> keys, bool asksEnvironment)
{
    private const int MaximumLength = 1 << 16;
    private readonly Dictionary<string, YamlNode> _done = [];
    private readonly Dictionary<string, SortedSet<string>> _variables = [];
    private readonly List<string> _underWay = [];

    public static bool IsMissing(YamlNode node) => node is YamlScalar { Quoted: false, Text: "???" };

    /// <summary>Whether a text refers to the environment.</summary>
    public static bool AsksEnvironment(string text) => Reference().IsMatch(text);

    /// <summary>The environment's variables that a resolved key was made of, also by way of other keys.</summary>
    public IReadOnlyList<string> VariablesOf(string key) => _variables.TryGetValue(key, out var names) ? [.. names] : [];

    /// <summary>The default of a key as it would be written.</summary>
    public static YamlNode DefaultNode(ConfigKey key)
    {
        var text = key.MustBeGiven ? "???" : key.DefaultsTo is { } other ? $"${{{other}}}" : ConfigValue.Format(key.Default);
        return YamlReader.ReadText(text.StartsWith('(') || text.StartsWith('$') || text == "???" ? $"'{text}'" : text, "default") switch
        {
            YamlScalar s when text == "???" => s with { Quoted = false },
            var node => node,
        };
    }

    /// <summary>The value of a key with every interpolation replaced; missing where it, or what it refers to, is missing.</summary>
    /// <exception cref="InterpolationException">A circle, an unknown key, or broken syntax; the message is whole.</exception>
    public YamlNode Resolve(string key)
    {
        if (_done.TryGetValue(key, out var known))
        {
            Note(VariablesOf(key));
            return known;
        }
        var setting = settings.GetValueOrDefault(key);
        var where = setting?.Where ?? "default";
        if (_underWay.Contains(key))
            throw Circle(key);
        _underWay.Add(key);
        try
        {
            var node = setting?.Node ?? DefaultNode(keys[key]);
            return _done[key] = Replace(node, key, where);
        }
        finally
        {
            _underWay.RemoveAt(_underWay.Count - 1);
        }
    }

    // Told from the same key whichever one the loader came from, so that one circle is one fault.
    private InterpolationException Circle(string key)
    {
        var circle = _underWay.SkipWhile(k => k != key).ToList();
        var first = circle.IndexOf(circle.Min(StringComparer.Ordinal)!);
        circle = [.. circle[first..], .. circle[..first]];
        var where = circle.Select(k => settings.GetValueOrDefault(k)?.Where).FirstOrDefault(w => w is not null) ?? "default";
        return new InterpolationException(ConfigFaults.Circle(where, [.. circle, circle[0]]));
    }

    private YamlNode Replace(YamlNode node, string key, string where) => node switch
    {
        YamlScalar s => Scalar(s, key, where),
        YamlList list => new YamlList([.. list.Items.Select(i => Replace(i, key, where))], list.Line),
        _ => node,
    };

    private YamlNode Scalar(YamlScalar scalar, string key, string where)
    {
        var text = scalar.Text;
        for (var rounds = 0; text.Contains("${", StringComparison.Ordinal); rounds++)
        {
            // the innermost one: the last "${", up to the first "}" after it
            var start = text.LastIndexOf("${", StringComparison.Ordinal);
            var end = text.IndexOf('}', start);
            if (end < 0 || rounds > 1000)
                throw new InterpolationException(ConfigFaults.Interpolation(where, key, "expected '}' after '${', found none"));
            var name = text[(start + 2)..end].Trim();
            if (!asksEnvironment && IsVariable(name))
                break; // stands as it is written
            var target = Target(name, key, where);
            if (IsMissing(target) || (start == 0 && end == text.Length - 1))
                return target;
            if (target is not YamlScalar replacement)
                throw new InterpolationException(ConfigFaults.Interpolation(where, key,
                    $"expected a single value in '{text[start..(end + 1)]}', found {target.Describe()}"));
            if (text.Length + replacement.Text.Length > MaximumLength)
                throw new InterpolationException(ConfigFaults.Interpolation(where, key,
                    $"expected at most {MaximumLength} characters, found more"));
            text = new StringBuilder(text).Remove(start, end + 1 - start).Insert(start, replacement.Text).ToString();
        }
        return text == scalar.Text ? scalar : new YamlScalar(text, Quoted: true, scalar.Line);
    }

    private static bool IsVariable(string name) => name.Split(':', 2) is ["oc.env" or "env", _];

    // every key that is being resolved is made of them
    private void Note(IReadOnlyList<string> variables)
    {
        foreach (var key in variables.Count > 0 ? _underWay : [])
        {
            if (!_variables.TryGetValue(key, out var names))
                _variables[key] = names = new SortedSet<string>(StringComparer.Ordinal);
            names.UnionWith(variables);
        }
    }

    private YamlNode Target(string name, string key, string where)
    {
        if (IsVariable(name))
        {
            var parts = name[(name.IndexOf(':') + 1)..].Split(',', 2);
            var value = Environment.GetEnvironmentVariable(parts[0].Trim());
            if (value is not null)
                Note([parts[0].Trim()]);
            value ??= parts.Length == 2 ? parts[1].Trim() : null;
            return value is not null && !value.Contains("${", StringComparison.Ordinal)
                ? new YamlScalar(value, Quoted: true, 1)
                : throw new InterpolationException(ConfigFaults.Interpolation(where, key,
                    $"expected the environment variable '{parts[0].Trim()}', found {(value is null ? "none" : "one that holds '${'")}"));
        }
        if (name.StartsWith('.'))
            name = $"{key.Split('.')[0]}{name}";
        if (settings.ContainsKey(name) || keys.ContainsKey(name))
            return Resolve(name);
        throw new InterpolationException(ConfigFaults.Interpolation(where, key,
            $"refers to the unknown key '{name}'"
                + (NearestKey.Of(name, keys.Keys) is { } nearest ? $", the nearest known key is '{nearest}'" : "")));
    }

    [GeneratedRegex(@"\$\{\s*(oc\.)?env:")]
    private static partial Regex Reference();
}

/// <summary>Carries the whole text of an interpolation's fault to the loader, which gathers it.</summary>
internal sealed class InterpolationException(string message) : Exception(message);
