using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.Yaml;

namespace HubertSharp.Runs.Recipes;

/// <summary>Finds a recipe: a file, or a bundled name (<c>demo</c>).</summary>
/// <remarks>Memory: at most 40 bytes per byte of the file, and 4 MiB.</remarks>
public static class RecipeFile
{
    private const string ResourcePrefix = "recipe/";

    /// <summary>Names of the bundled recipes.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        .. typeof(RecipeFile).Assembly.GetManifestResourceNames()
            .Where(n => n.StartsWith(ResourcePrefix, StringComparison.Ordinal))
            .Select(n => Path.GetFileNameWithoutExtension(n[ResourcePrefix.Length..]))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Reads a recipe with overrides of the command line.</summary>
    /// <param name="nameOrPath">A YAML file, or one of <see cref="Names"/>.</param>
    /// <param name="overrides">
    /// <c>corpus=DIR</c>, <c>iterations.2.clusters=50</c>; a key of the pre-training configuration counts for all iterations
    /// (<c>optimization.max_update=100</c>) or for one (<c>iterations.2.optimization.max_update=100</c>).
    /// </param>
    /// <exception cref="UserException">No such recipe, or every fault of file and overrides in one message.</exception>
    public static Recipe Read(string nameOrPath, IEnumerable<string> overrides)
    {
        ArgumentException.ThrowIfNullOrEmpty(nameOrPath);
        if (File.Exists(nameOrPath))
            return RecipeReader.Read(
                YamlReader.ReadFile(nameOrPath), nameOrPath, Path.GetDirectoryName(Path.GetFullPath(nameOrPath)), overrides);
        if (!Names.Contains(nameOrPath))
            throw Unknown(nameOrPath);
        using var stream = typeof(RecipeFile).Assembly.GetManifestResourceStream($"{ResourcePrefix}{nameOrPath}.yaml")!;
        using var reader = new StreamReader(stream);
        var name = $"bundled {nameOrPath}.yaml";
        return RecipeReader.Read(YamlReader.ReadText(reader.ReadToEnd(), name), name, folder: null, overrides);
    }

    private static UserException Unknown(string nameOrPath) =>
        Directory.Exists(nameOrPath) ? RecipeFaults.IsFolder(nameOrPath)
        : BundledConfigs.Names.Contains(nameOrPath) ? RecipeFaults.IsConfiguration(nameOrPath)
        : RecipeFaults.NoSuchRecipe(nameOrPath, NearestKey.Of(Path.GetFileNameWithoutExtension(nameOrPath), Names), Names);
}
