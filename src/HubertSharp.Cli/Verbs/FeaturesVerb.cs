using System.CommandLine;

namespace HubertSharp.Cli.Verbs;

/// <summary><c>hubert features mfcc|fbank|hubert</c>.</summary>
internal static class FeaturesVerb
{
    public static Command Create() =>
        new("features", "Compute the features of a manifest and dump them as .npy and .len, as fairseq does.")
        {
            AcousticFeaturesVerb.CreateMfcc(),
            AcousticFeaturesVerb.CreateFbank(),
            HubertFeaturesVerb.Create(),
        };
}
