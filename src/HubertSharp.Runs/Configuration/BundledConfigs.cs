namespace HubertSharp.Runs.Configuration;

/// <summary>The configurations inside the program.</summary>
public static class BundledConfigs
{
    private const string Prefix = "config/";

    /// <summary>Names for <c>--config-name</c>.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. typeof(BundledConfigs).Assembly.GetManifestResourceNames()
            .Where(n => n.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(n => Path.GetFileNameWithoutExtension(n[Prefix.Length..]))
            .Order(StringComparer.Ordinal)];

    /// <summary>Those of pre-trainings.</summary>
    public static IReadOnlyList<string> Pretraining { get; } = [.. Names.Where(name => !IsFinetuning(name) && !IsTokenizer(name))];

    /// <summary>Those of fine-tunings.</summary>
    public static IReadOnlyList<string> Finetuning { get; } = [.. Names.Where(IsFinetuning)];

    /// <summary>Those of tokenizers.</summary>
    public static IReadOnlyList<string> Tokenizers { get; } = [.. Names.Where(IsTokenizer)];

    private static bool IsFinetuning(string name) =>
        ConfigLoader.IsFinetuning(name, [], configDir: null);

    private static bool IsTokenizer(string name) => ConfigLoader.IsTokenizer(name, [], configDir: null);

    /// <summary>Whether a name is that of a bundled recipe, which a pipeline runs and no configuration is.</summary>
    internal static bool IsRecipe(string name) =>
        typeof(BundledConfigs).Assembly.GetManifestResourceInfo($"recipe/{name}.yaml") is not null;

    /// <summary>The YAML text of a bundled configuration, or null for a name that is none.</summary>
    public static string? Find(string name)
    {
        using var stream = typeof(BundledConfigs).Assembly.GetManifestResourceStream($"{Prefix}{name}.yaml");
        if (stream is null)
            return null;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
