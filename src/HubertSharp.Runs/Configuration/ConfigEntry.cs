namespace HubertSharp.Runs.Configuration;

/// <summary>One resolved key.</summary>
/// <param name="Key">Dotted key, <c>model.label_rate</c>.</param>
/// <param name="Value">The value as YAML; <c>???</c> where it is missing.</param>
/// <param name="Origin"><c>default</c>, <c>bundled NAME.yaml:LINE</c>, <c>FILE:LINE</c> or <c>command line</c>, with the interpolation it
/// was written as.</param>
/// <param name="Typed">The value itself: null, bool, int, double, string or a list of these; the same as the property of
/// <see cref="HubertConfig"/>.</param>
public sealed record ConfigEntry(string Key, string Value, string Origin, object? Typed = null)
{
    /// <summary>The environment's variables that the value was made of, also by way of other keys.</summary>
    public IReadOnlyList<string> Variables { get; init; } = [];

    /// <summary>Refers to a variable that was not asked for, as a run's configuration does.</summary>
    public bool IsReference => Typed switch
    {
        string text => Interpolation.AsksEnvironment(text),
        IReadOnlyList<string> texts => texts.Any(Interpolation.AsksEnvironment),
        _ => false,
    };
}
