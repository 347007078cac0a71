namespace HubertSharp.Tests.Cli.Verbs;

/// <summary>The inputs of <see cref="VerbInputs"/>, made when a test first asks for them and once for all that do.</summary>
public sealed class MadeInputs : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Lazy<string> _inputs;

    public MadeInputs() => _inputs = new(() => VerbInputs.Make(_folder.At("inputs"), Place));

    /// <summary>Where a verb is tried: the folder that the inputs name where they name themselves.</summary>
    internal string Place => _folder.At("place");

    /// <summary>Where they lie.</summary>
    internal string Inputs => _inputs.Value;

    public void Dispose() => _folder.Dispose();
}
