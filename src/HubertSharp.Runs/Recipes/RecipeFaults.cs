namespace HubertSharp.Runs.Recipes;

internal static class RecipeFaults
{
    public static UserException NoSuchRecipe(string name, string? nearest, IEnumerable<string> bundled) =>
        UserException.Create(nearest is null ? "no such recipe" : $"no such recipe, did you mean '{nearest}'?", name,
            $"a YAML file or one of {string.Join(", ", bundled)}", next: nearest is null ? "check the path" : null);

    public static UserException IsConfiguration(string name) =>
        UserException.Create("this is a configuration, not a recipe", name,
            next: $"train it with 'hubert pretrain --config-name {name}', or name it in a recipe of yours (config: {name})");

    public static UserException IsFolder(string name) =>
        UserException.Create("this is a folder, not a recipe", name, "a YAML file, or the name of a bundled recipe",
            next: $"give recordings to a recipe with 'corpus={name}', as in 'hubert pipeline own-small corpus={name}'");

    public static UserException All(IReadOnlyList<string> faults) => UserException.Gather("the recipe", faults);

    public static string UnknownKey(string where, string key, string? nearest) =>
        nearest is null ? $"{where}: unknown key '{key}'" : $"{where}: unknown key '{key}', did you mean '{nearest}'?";

    public static string Missing(string where, string key, string example) => $"{where}: '{key}' has no value, such as '{example}'";

    public static string Value(string where, string key, string expected, string found) =>
        $"{where}: {key} (expected {expected}, found {found})";

    public static string Reserved(string where, string key) => $"{where}: '{key}' is set by the pipeline itself; remove it";

    public static string NoIteration(string where, string key, int count) =>
        $"{where}: {key} (expected an iteration from 1 to {count}); iterations are added in the recipe";

    public static string NotAnOverride(string argument) =>
        $"command line: '{argument}' (expected key=value, such as iterations.1.clusters=50)";
}
