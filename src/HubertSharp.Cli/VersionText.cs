using System.CommandLine;
using System.CommandLine.Invocation;
using HubertSharp.Runs.RunFolders;

namespace HubertSharp.Cli;

/// <summary><c>hubert --version</c>: the version, and the commit that it was built from.</summary>
internal sealed class VersionText : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public static void AddTo(RootCommand root)
    {
        var version = root.Options.OfType<VersionOption>().Single();
        version.Description = "Show the version and the commit that it was built from";
        version.Action = new VersionText();
    }

    public override int Invoke(ParseResult parseResult)
    {
        parseResult.InvocationConfiguration.Output.WriteLine(BuildVersion.Current);
        return 0;
    }
}
