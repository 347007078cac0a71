using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using HubertSharp.Cli;
using HubertSharp.Dashboard;
using HubertSharp.Onnx;
using HubertSharp.Pretraining;
using HubertSharp.Runs.Files;

namespace HubertSharp.Tests.Files;

/// <summary>
/// Whoever removes or replaces something does it through <see cref="Owned"/>, and stands in this list: read in the compiled program.
/// </summary>
public class OwnedCallersTests
{
    /// <summary>A new line here is a new way to lose somebody's data: say in its review whose the thing is and how that is known.</summary>
    private static readonly string[] Callers =
    [
        "AtomicFile: DeleteWork, Publish", // its own temporary file, over the file that the caller was asked to write
        "AtomicFolder: DeleteLocked", // half a folder of whoever held the run's lock
        "BadBatchStore: DeleteIfEmpty, DeleteListed, MoveAside", // two files by name, in a run that is locked
        // the files that state.json lists
        "CheckpointStore: DeleteIfEmpty, DeleteListed, DeleteLocked, MoveAside, MoveBeside, PublishPointer",
        "CommonFolder: DeleteListed", // the mark of this job, which its first rank made under a number that was drawn for it
        "CorpusFolder: MoveAside",
        "DebianPackages: MoveAside, Publish", // a package from its download folder into the cache
        "FeatureDumpWriter: DeleteListed, MoveAside", // the record and lengths of a dump of ours, beside its record
        "FormerParts: MoveAside", // parts of an earlier split, whose files the new parts have
        "KMeansLabels: MoveAside", // a dictionary that is none of clusters
        "Leftovers: DeleteWork", // half results of dead processes of this user
        "ListFile: MoveAside", // a manifest or transcripts that say something else
        "MadeFiles: DeleteListed, MoveAside", // what a list in the folder says we made, as long as it is what we made
        "NpyWriter: DeleteWork, Publish",
        // a model's files, in the folder that convert --force replaced
        "OutputPlace: DeleteIfEmpty, DeleteListed, DeleteWork, MoveAside, MoveBeside, Publish",
        "PieceTable: DeleteListed, MoveAside", // pieces that its own table lists, cut of another place; what it does not list is kept
        "RankReport: DeleteIfEmpty, DeleteListed", // what the ranks of this job wrote by their numbers, when its work is done
        "SideFiles: MoveAside, MoveBeside", // what stands in the way of a run's file
        "StageContents: MoveAside",
        "TakenOut: MoveAside", // another recording under the name of one out of an archive
        "TokenizerSources: MoveAside", // a manifest in the run folder that says something else
        "WorkFolder: DeleteWithin, DeleteWork",
        "WritableFolder: DeleteWork", // the empty file that it has just made
    ];

    private static readonly string[] Forbidden =
    [
        "File.Delete", "File.Replace", "Directory.Delete", "FileSystemInfo.Delete", "FileInfo.Delete", "DirectoryInfo.Delete",
        "FileInfo.Replace",
        "Path.GetTempFileName", "Directory.CreateTempSubdirectory",
    ];

    [Fact]
    public void Nobody_else_calls_the_guard()
    {
        var callers = Calls()
            .Where(call => call.Called.StartsWith($"{nameof(Owned)}.", StringComparison.Ordinal) && call.Caller != nameof(Owned))
            .GroupBy(call => call.Caller, call => call.Called[(nameof(Owned).Length + 1)..])
            .Select(group => $"{group.Key}: {string.Join(", ", group.Distinct().Order(StringComparer.Ordinal))}");
        Assert.Equal(Callers, callers.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Nothing_goes_round_the_guard()
    {
        Assert.Empty(Calls().Where(call => Forbidden.Contains(call.Called) && call.Caller != nameof(Owned))
            .Select(call => $"{call.Caller} calls {call.Called}"));
        Assert.Contains(Calls(), call => call == (nameof(Owned), "Directory.Delete")); // the reading finds what is there
        var sources = Directory.GetFiles(Path.Combine(Fixtures.RepositoryRoot(), "src"), "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal));
        Assert.Equal(
            ["FileCalls.cs"],
            sources.Where(path => File.ReadAllText(path) is var text && new[]
            {
                "unlink", "rmdir", "remove", "rename", "renameat2", "truncate",
            }.Any(name => text.Contains($"EntryPoint = \"{name}\"", StringComparison.Ordinal))).Select(Path.GetFileName));
        Assert.Equal( // others are let off other bans: on reading, on fsync, on the console
            ["DiskSync.cs", "NpyWriter.cs", "Owned.cs", "RegularFile.cs", "Terminal.cs"],
            sources.Where(path => File.ReadAllText(path).Contains("disable RS0030", StringComparison.Ordinal)).Select(Path.GetFileName)
                .Order(StringComparer.Ordinal));
    }

    /// <summary>Every call in the program: the outermost type that calls, and the method called with its type.</summary>
    private static IEnumerable<(string Caller, string Called)> Calls()
    {
        foreach (var assembly in new[]
        {
            typeof(Owned), typeof(Pretrainer), typeof(CommandHost), typeof(DashboardServer), typeof(OnnxHubert),
        }.Select(type => type.Assembly))
        {
            using var file = new PEReader(File.OpenRead(assembly.Location));
            var metadata = file.GetMetadataReader();
            foreach (var method in metadata.MethodDefinitions.Select(metadata.GetMethodDefinition)
                .Where(method => method.RelativeVirtualAddress != 0))
            {
                var caller = Outermost(metadata, method.GetDeclaringType());
                foreach (var token in Tokens(file.GetMethodBody(method.RelativeVirtualAddress).GetILBytes()!))
                {
                    if (Called(metadata, token) is { } called)
                        yield return (caller, called);
                }
            }
        }
    }

    private static string Outermost(MetadataReader metadata, TypeDefinitionHandle handle)
    {
        var type = metadata.GetTypeDefinition(handle);
        return type.GetDeclaringType() is { IsNil: false } outer ? Outermost(metadata, outer) : metadata.GetString(type.Name).Split('`')[0];
    }

    private static string? Called(MetadataReader metadata, int token)
    {
        var handle = MetadataTokens.EntityHandle(token);
        switch (handle.Kind)
        {
            case HandleKind.MethodDefinition:
                var method = metadata.GetMethodDefinition((MethodDefinitionHandle)handle);
                return $"{Outermost(metadata, method.GetDeclaringType())}.{metadata.GetString(method.Name)}";
            case HandleKind.MemberReference:
                var member = metadata.GetMemberReference((MemberReferenceHandle)handle);
                return member.Parent.Kind == HandleKind.TypeReference
                    ? $"{metadata.GetString(metadata.GetTypeReference((TypeReferenceHandle)member.Parent).Name)}."
                        + $"{metadata.GetString(member.Name)}"
                    : null;
            default:
                return null;
        }
    }

    /// <summary>The operands of the instructions that name a method: calls, and delegates made of one.</summary>
    private static IEnumerable<int> Tokens(byte[] code)
    {
        for (var at = 0; at < code.Length;)
        {
            var instruction = code[at] == 0xfe ? s_codes[0xfe00 | code[at + 1]] : s_codes[code[at]];
            at += instruction.Size;
            if (instruction.OperandType == OperandType.InlineMethod)
                yield return BitConverter.ToInt32(code, at);
            at += instruction.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(code, at)),
                _ => 4,
            };
        }
    }

    private static readonly Dictionary<int, OpCode> s_codes = typeof(OpCodes).GetFields()
        .Select(field => field.GetValue(null)).OfType<OpCode>().ToDictionary(code => (int)(ushort)code.Value);
}
