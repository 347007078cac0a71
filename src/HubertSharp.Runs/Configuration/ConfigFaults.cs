namespace HubertSharp.Runs.Configuration;

/// <summary>The wording of every configuration fault. A load gathers them as texts and reports them in one message.</summary>
internal static class ConfigFaults
{
    public static UserException Gathered(IReadOnlyList<string> faults) => UserException.Gather("the configuration", faults);

    public static string UnknownKey(string where, string key, string? nearest) =>
        $"{where}: unknown key '{key}'" + (nearest is null ? "" : $", the nearest known key is '{nearest}'");

    public static string WrongValue(string where, string key, string expectedFound) => $"{where}: {key} {expectedFound}";

    public static string NotAMapping(string where, string what, string found) => $"{where}: {what} expected keys and values, found {found}";

    public static string Missing(IReadOnlyList<string> keys) =>
        $"no value for {string.Join(", ", keys)}; give {(keys.Count == 1 ? "it" : "them")} as "
        + $"{string.Join(" ", keys.Select(k => $"{k}={Example(k)}"))}";

    public static string NotAnOverride(string argument) => $"command line: '{argument}' expected key=value, found no '='";

    public static string Circle(string where, IEnumerable<string> keys) =>
        $"{where}: the interpolation runs in a circle, {string.Join(" -> ", keys)}; give one of them a value";

    public static string Interpolation(string where, string key, string message) => $"{where}: {key} {message}";

    public static string ValueIsKept(IReadOnlyList<string> keys, string variables) =>
        $"{string.Join(", ", keys)}: the value of the environment's {PrintableText.Of(variables)} is written into the run folder, "
        + "where whoever gets the folder can read it";

    public static string DefaultsOfRun(string where) => $"{where}: a run's configuration is data, its defaults list is not followed";

    public static string NotFollowed(string where, string key, string value) =>
        $"{where}: {key} is {PrintableText.Of(value)}: a run's configuration is data, the environment is not asked; write the value there";

    public static string Rule(string where, string message) => $"{where}: {message}";

    public static UserException IsRecipe(string name, IEnumerable<string> bundled) =>
        UserException.Create($"'{name}' is a recipe, not a configuration", expected: "a YAML file or a bundled name",
            next: $"run it with 'hubert pipeline {name}'; bundled configurations are {string.Join(", ", bundled)}");

    public static UserException NoSuchConfig(string name, string? nearest, IEnumerable<string> bundled) =>
        UserException.Create($"no configuration '{name}'", expected: "a YAML file or a bundled name",
            next: (nearest is null ? "" : $"the nearest bundled name is '{nearest}'; ") + $"bundled are {string.Join(", ", bundled)}");

    public static UserException Empty(string path) =>
        UserException.Create("the configuration is empty", path, "keys and values", "none",
            "restore the file, or start from a bundled one (see 'hubert config list')");

    public static UserException NoSuchConfigIn(string folder, string name) =>
        UserException.Create($"no configuration '{name}'", folder, $"{name}.yaml in the folder", "none",
            "check --config-dir and --config-name");

    public static string NoSuchDefault(string where, string file) =>
        $"{where}: the defaults list names '{PrintableText.Of(file)}', expected that file beside the configuration, found none";

    public static string NoSuchDefault(string where, string file, IEnumerable<string> bundled) =>
        $"{where}: the defaults list names '{PrintableText.Of(file)}', expected that file beside the configuration or a bundled name, "
        + $"found neither; bundled are {string.Join(", ", bundled)}";

    public static string DefaultOutside(string where, string name) =>
        $"{where}: the defaults list names '{PrintableText.Of(name)}', expected a file in the configuration's folder, "
        + $"found a way out of it";

    public static string DefaultsCircle(string where, IEnumerable<string> files) =>
        $"{where}: the defaults lists run in a circle, {string.Join(" -> ", files.Select(f => PrintableText.Of(f)))}; remove one of them";

    public static string DefaultsTooMany(string where, int most, string of) =>
        $"{where}: expected at most {most} {of} by defaults lists, found more";

    public static string OtherRecord(string where, string key, string owners, string chosen) =>
        $"{where}: {key} expected a key of {chosen}, found one of {owners}; choose that or remove the key";

    public static string LeftOut(string chosen, IEnumerable<string> keys) =>
        $"left out, {chosen} has no such key: {string.Join(", ", keys)}";

    public static UserException OtherTraining(string where, string training, string key, string expected, string found, string next) =>
        UserException.Create($"this is a configuration of {training}", where, $"{key}: {expected}", found, next);

    public static string DefaultsShape(string where, string found) => $"{where}: defaults expected a list of 'group: name', found {found}";

    private static string Example(string key) => key switch
    {
        "task.data" or "task.label_dir" or "checkpoint.save_dir" => "DIR",
        "task.labels" => "[km]",
        "model.label_rate" or "task.label_rate" => "100",
        _ => "VALUE",
    };
}
