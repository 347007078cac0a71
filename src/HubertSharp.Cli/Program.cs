using System.CommandLine;
using HubertSharp.Cli.Verbs;

namespace HubertSharp.Cli;

/// <summary>The <c>hubert</c> command: every verb, in the order of the road.</summary>
internal static class Program
{
    public static Task<int> Main(string[] args)
    {
        // A fault on a thread of its own ends the process: with our message and exit code.
        AppDomain.CurrentDomain.UnhandledException += (_, e) =>
            Environment.Exit(CommandHost.Report((Exception)e.ExceptionObject, interrupted: false, Console.Error));
        return CommandHost.RunAsync(CreateRoot(), args, Console.Error);
    }

    public static RootCommand CreateRoot() =>
        new RootCommand("Pre-train HuBERT speech models, explain their loss, and prove what the features are worth.")
        {
            DemoVerb.Create(),
            CorpusVerb.Create(),
            ManifestVerb.Create(),
            FeaturesVerb.Create(),
            KMeansVerb.Create(),
            LabelsVerb.Create(),
            PretrainVerb.Create(),
            ConvertVerb.Create(),
            OnnxVerb.Create(),
            PipelineVerb.Create(),
            DoctorVerb.Create(),
            DashboardVerb.Create(),
            QualityVerb.Create(),
            ProbeVerb.Create(),
            BenchVerb.Create(),
            ConfigVerb.Create(),
        }
        .WithExample("hubert demo")
        .WithExample("hubert pipeline recipes/demo.yaml --out runs/demo");
}
