<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="ko" sourcelanguage="en">
    <context>
        <name>HccViewer</name>
        <message>
            <source>Text that is burned into the pixels is not taken out; look at the copies before you give them away.</source>
            <translation>픽셀에 새겨진 글자는 지워지지 않습니다. 사본을 넘기기 전에 직접 확인하십시오.</translation>
        </message>
        <message>
            <source>{count} image with burned-in text was left out: the pixels may hold a name.</source>
            <translation>글자가 새겨진 영상 {count}개를 제외했습니다. 픽셀에 이름이 있을 수 있습니다.</translation>
        </message>
        <message>
            <source>{count} images with burned-in text were left out: the pixels may hold a name.</source>
            <translation>글자가 새겨진 영상 {count}개를 제외했습니다. 픽셀에 이름이 있을 수 있습니다.</translation>
        </message>
        <message>
            <source>{count} screen capture was left out: the pixels may hold a name.</source>
            <translation>화면 캡처 {count}개를 제외했습니다. 픽셀에 이름이 있을 수 있습니다.</translation>
        </message>
        <message>
            <source>{count} screen captures were left out: the pixels may hold a name.</source>
            <translation>화면 캡처 {count}개를 제외했습니다. 픽셀에 이름이 있을 수 있습니다.</translation>
        </message>
        <message>
            <source>{count} image was left out: its file is damaged, or lacks too much to make a copy.</source>
            <translation>영상 {count}개를 제외했습니다. 파일이 손상되었거나 사본을 만들기에 빠진 것이 너무 많습니다.</translation>
        </message>
        <message>
            <source>{count} images were left out: their files are damaged, or lack too much to make copies.</source>
            <translation>영상 {count}개를 제외했습니다. 파일이 손상되었거나 사본을 만들기에 빠진 것이 너무 많습니다.</translation>
        </message>
        <message>
            <source>'{out}' is there already; choose a new folder for the copies.</source>
            <translation>'{out}'이(가) 이미 있습니다. 사본을 둘 새 폴더를 고르십시오.</translation>
        </message>
        <message>
            <source>'{out}' lies in the folder of the study itself; choose one outside of it, so that copies and originals are not mixed.</source>
            <translation>'{out}'은(는) 검사 폴더 안에 있습니다. 사본과 원본이 섞이지 않도록 그 밖의 폴더를 고르십시오.</translation>
        </message>
        <message>
            <source>{count} file could not be read and is not among the copies.</source>
            <translation>파일 {count}개를 읽을 수 없어 사본에 들어 있지 않습니다.</translation>
        </message>
        <message>
            <source>{count} files could not be read and are not among the copies.</source>
            <translation>파일 {count}개를 읽을 수 없어 사본에 들어 있지 않습니다.</translation>
        </message>
        <message>
            <source>The copies cannot be written to '{out}': {error}; choose another folder.</source>
            <translation>사본을 '{out}'에 쓸 수 없습니다: {error}. 다른 폴더를 고르십시오.</translation>
        </message>
        <message>
            <source>'{path}' can no longer be read; open the study again.</source>
            <translation>'{path}'을(를) 더 이상 읽을 수 없습니다. 검사를 다시 여십시오.</translation>
        </message>
        <message>
            <source>There is no image in {path} that can be copied.</source>
            <translation>{path}에 복사할 수 있는 영상이 없습니다.</translation>
        </message>
        <message>
            <source>The body measures {width:.0f} mm across, unlike an adult's abdomen. The network was made for the liver only: do not rely on this result.</source>
            <translation>몸의 너비가 {width:.0f} mm로 성인의 복부와 다릅니다. 이 신경망은 간에만 맞추어졌으므로 이 결과를 믿지 마십시오.</translation>
        </message>
        <message>
            <source>No liver can be made out on the right of the body. The network was made for the liver only: do not rely on this result.</source>
            <translation>몸의 오른쪽에서 간을 찾을 수 없습니다. 이 신경망은 간에만 맞추어졌으므로 이 결과를 믿지 마십시오.</translation>
        </message>
        <message>
            <source>This series does not look like the hepatobiliary phase (score {score} of 100). The network was made for that phase only: do not rely on this result.</source>
            <translation>이 시리즈는 간담도기로 보이지 않습니다(100점 중 {score}점). 이 신경망은 간담도기에만 맞추어졌으므로 이 결과를 믿지 마십시오.</translation>
        </message>
        <message>
            <source>The files do not say where the slices lie. Size, place and neighbouring slices are guesses, and the result is less reliable.</source>
            <translation>파일에 영상의 위치가 없습니다. 크기, 위치와 이웃 영상은 추정이며 결과의 신뢰도가 떨어집니다.</translation>
        </message>
        <message>
            <source>The vessels in the liver are brighter than the liver, as in an arterial or venous phase. The network was made for dark vessels: do not rely on this result.</source>
            <translation>동맥기나 정맥기처럼 간의 혈관이 간보다 밝습니다. 이 신경망은 어두운 혈관에 맞추어졌으므로 이 결과를 믿지 마십시오.</translation>
        </message>
        <message>
            <source>The edges of the liver are blurred in one direction, as by breathing. Small lesions are blurred with them and missed, and ghosts of vessels may be taken for lesions.</source>
            <translation>호흡 때문인 듯 간의 가장자리가 한 방향으로 흐립니다. 작은 병변도 함께 흐려져 놓칠 수 있고, 혈관의 허상이 병변으로 보일 수 있습니다.</translation>
        </message>
        <message>
            <source>It is not certain that this series is the hepatobiliary phase (score {score} of 100). In another phase lesions look different and are missed or invented.</source>
            <translation>이 시리즈가 간담도기인지 확실하지 않습니다(100점 중 {score}점). 다른 시기에는 병변이 다르게 보여 놓치거나 잘못 표시할 수 있습니다.</translation>
        </message>
        <message>
            <source>The slices are {interval:.1f} mm apart; lesions smaller than that may lie between them, and false findings are more frequent.</source>
            <translation>단면 간격이 {interval:.1f} mm입니다. 이보다 작은 병변은 단면 사이에 놓일 수 있으며, 위양성 소견이 더 많아집니다.</translation>
        </message>
        <message>
            <source>The liver is only {times:.1f} times as bright as muscle: it has taken up little contrast agent, or there is none. Lesions stand out less, and are missed more often.</source>
            <translation>간이 근육보다 {times:.1f}배 밝을 뿐입니다. 조영제 섭취가 적거나 조영제가 없습니다. 병변이 덜 두드러져 더 자주 놓칩니다.</translation>
        </message>
        <message>
            <source>The images are blank: all pixels have the same value. There is nothing to find in them, and no finding means nothing.</source>
            <translation>영상이 비어 있습니다. 모든 화소의 값이 같습니다. 찾을 것이 없으므로, 소견이 없다는 것은 아무 의미도 없습니다.</translation>
        </message>
        <message>
            <source>{count} slice is blank: what lies there is not examined.</source>
            <translation>{count}개 단면이 비어 있습니다. 그곳은 검사하지 않습니다.</translation>
        </message>
        <message>
            <source>{count} slices are blank: what lies there is not examined.</source>
            <translation>{count}개 단면이 비어 있습니다. 그곳은 검사하지 않습니다.</translation>
        </message>
        <message>
            <source>{percent:.0f} % of the body has the highest value of all: the images are cut off there, and what lies in the cut-off part cannot be seen.</source>
            <translation>몸의 {percent:.0f} %가 최댓값입니다. 영상이 그 값에서 잘려 있어 잘린 부분에 있는 것은 볼 수 없습니다.</translation>
        </message>
        <message>
            <source>The chosen model '{name}' is no longer installed; choose another ({command}).</source>
            <translation>선택한 모델 '{name}'이(가) 더 이상 설치되어 있지 않습니다. 다른 모델을 선택하십시오({command}).</translation>
        </message>
        <message>
            <source>packed suspiciously small (a zip bomb)</source>
            <translation>의심스러울 만큼 작게 압축됨(압축 폭탄)</translation>
        </message>
        <message>
            <source>cannot be unpacked: {reason}</source>
            <translation>압축을 풀 수 없음: {reason}</translation>
        </message>
        <message>
            <source>DICOMDIR (an index, not an image)</source>
            <translation>DICOMDIR(영상이 아니라 색인)</translation>
        </message>
        <message>
            <source>named in the DICOMDIR but missing</source>
            <translation>DICOMDIR에 있으나 파일이 없음</translation>
        </message>
        <message>
            <source>a copy of another image</source>
            <translation>다른 영상의 사본</translation>
        </message>
        <message>
            <source>Several different images have the same identifier (SOP Instance UID), as after a faulty anonymisation. Exports that refer to single images may be ambiguous.</source>
            <translation>익명화가 잘못된 경우처럼 서로 다른 영상 여러 개의 식별자(SOP Instance UID)가 같습니다. 개별 영상을 가리키는 내보내기는 모호할 수 있습니다.</translation>
        </message>
        <message>
            <source>{count} image is a copy of another one and left out.</source>
            <translation>영상 {count}개는 다른 영상의 사본이어서 제외했습니다.</translation>
        </message>
        <message>
            <source>{count} images are copies of another one and left out.</source>
            <translation>영상 {count}개는 다른 영상의 사본이어서 제외했습니다.</translation>
        </message>
        <message>
            <source>{file} cannot be read: {reason}.</source>
            <translation>{file}을(를) 읽을 수 없습니다: {reason}.</translation>
        </message>
        <message>
            <source>not a regular file (a dangling link, a pipe or a device)</source>
            <translation>일반 파일이 아님(끊어진 링크, 파이프 또는 장치)</translation>
        </message>
        <message>
            <source>folder cannot be listed: {reason}</source>
            <translation>폴더 목록을 읽을 수 없음: {reason}</translation>
        </message>
        <message>
            <source>structured report</source>
            <translation>구조화 보고서</translation>
        </message>
        <message>
            <source>presentation state</source>
            <translation>표시 상태</translation>
        </message>
        <message>
            <source>key object selection</source>
            <translation>주요 영상 선택</translation>
        </message>
        <message>
            <source>radiotherapy structure set</source>
            <translation>방사선 치료 구조 세트</translation>
        </message>
        <message>
            <source>radiotherapy plan</source>
            <translation>방사선 치료 계획</translation>
        </message>
        <message>
            <source>registration</source>
            <translation>정합</translation>
        </message>
        <message>
            <source>document</source>
            <translation>문서</translation>
        </message>
        <message>
            <source>electrocardiogram</source>
            <translation>심전도</translation>
        </message>
        <message>
            <source>no image ({kind})</source>
            <translation>영상이 아님({kind})</translation>
        </message>
        <message>
            <source>a zip within the folder or zip: open it by itself</source>
            <translation>폴더나 zip 안의 zip: 따로 여십시오</translation>
        </message>
        <message>
            <source>not a DICOM file</source>
            <translation>DICOM 파일이 아님</translation>
        </message>
        <message>
            <source>an empty file</source>
            <translation>빈 파일</translation>
        </message>
        <message>
            <source>no pixels in the file</source>
            <translation>파일에 픽셀이 없음</translation>
        </message>
        <message>
            <source>no image</source>
            <translation>영상이 아님</translation>
        </message>
        <message>
            <source>damaged, or not a DICOM file</source>
            <translation>손상되었거나 DICOM 파일이 아님</translation>
        </message>
        <message>
            <source>cannot be read: {reason}</source>
            <translation>읽을 수 없음: {reason}</translation>
        </message>
        <message>
            <source>These are echo-planar images, not a T1-weighted contrast phase.</source>
            <translation>T1 강조 조영 시기가 아니라 에코 평면(EPI) 영상입니다.</translation>
        </message>
        <message>
            <source>opposed phase of a Dixon or dual-echo series</source>
            <translation>Dixon 또는 이중 에코 시리즈의 반위상(opposed phase)</translation>
        </message>
        <message>
            <source>in phase of a Dixon or dual-echo series</source>
            <translation>Dixon 또는 이중 에코 시리즈의 동위상(in phase)</translation>
        </message>
        <message>
            <source>only {count} slice</source>
            <translation>영상이 {count}장뿐</translation>
        </message>
        <message>
            <source>only {count} slices</source>
            <translation>영상이 {count}장뿐</translation>
        </message>
        <message>
            <source>not MR</source>
            <translation>MR이 아님</translation>
        </message>
        <message>
            <source>The modality is {name}, not MR.</source>
            <translation>모달리티가 MR이 아니라 {name}입니다.</translation>
        </message>
        <message>
            <source>colour images</source>
            <translation>컬러 영상</translation>
        </message>
        <message>
            <source>Colour images (screenshots, maps, fusions) are not analysed.</source>
            <translation>컬러 영상(화면 캡처, 지도, 융합 영상)은 분석하지 않습니다.</translation>
        </message>
        <message>
            <source>a screenshot or fusion</source>
            <translation>화면 캡처 또는 융합 영상</translation>
        </message>
        <message>
            <source>These are screenshots or fusions, not acquired images.</source>
            <translation>획득한 영상이 아니라 화면 캡처 또는 융합 영상입니다.</translation>
        </message>
        <message>
            <source>a localizer</source>
            <translation>위치 결정 영상(localizer)</translation>
        </message>
        <message>
            <source>This is a localizer ({details}), not a stack of the liver.</source>
            <translation>간 스택이 아니라 위치 결정 영상(localizer)입니다({details}).</translation>
        </message>
        <message>
            <source>The slices are {plane}; the detector reads axial slices only.</source>
            <translation>영상이 {plane}입니다. 검출은 축상면 영상에서만 합니다.</translation>
        </message>
        <message>
            <source>The echo time of {echo:.0f} ms is far too long for a T1-weighted phase.</source>
            <translation>에코 시간 {echo:.0f} ms는 T1 강조 시기로 보기에 너무 깁니다.</translation>
        </message>
        <message>
            <source>a calibration scan</source>
            <translation>보정 스캔</translation>
        </message>
        <message>
            <source>This is a calibration scan, not an image of the liver.</source>
            <translation>간 영상이 아니라 보정 스캔입니다.</translation>
        </message>
        <message>
            <source>By its body part this is another part of the body than the liver: {name}.</source>
            <translation>검사 부위 항목에 따르면 간이 아닌 다른 부위입니다: {name}.</translation>
        </message>
        <message>
            <source>By its description this is another part of the body than the liver: {name}.</source>
            <translation>설명에 따르면 간이 아닌 다른 부위입니다: {name}.</translation>
        </message>
        <message>
            <source>another part of the body: {name}</source>
            <translation>다른 신체 부위: {name}</translation>
        </message>
        <message>
            <source>These are diffusion-weighted images, not a T1-weighted contrast phase.</source>
            <translation>T1 강조 조영 시기가 아니라 확산 강조 영상입니다.</translation>
        </message>
        <message>
            <source>echo-planar images</source>
            <translation>에코 평면(EPI) 영상</translation>
        </message>
        <message>
            <source>echo time {echo:.0f} ms, not T1-weighted</source>
            <translation>에코 시간 {echo:.0f} ms, T1 강조가 아님</translation>
        </message>
        <message>
            <source>a subtraction</source>
            <translation>감산 영상</translation>
        </message>
        <message>
            <source>This is a subtraction of two series, not an acquired image.</source>
            <translation>촬영한 영상이 아니라 두 시리즈의 감산 영상입니다.</translation>
        </message>
        <message>
            <source>a projection</source>
            <translation>투영 영상</translation>
        </message>
        <message>
            <source>This is an intensity projection (MIP), not single slices.</source>
            <translation>개별 영상이 아니라 강도 투영 영상(MIP)입니다.</translation>
        </message>
        <message>
            <source>reformatted, not as acquired</source>
            <translation>촬영 그대로가 아닌 재구성 영상</translation>
        </message>
        <message>
            <source>a parameter or phase map</source>
            <translation>파라미터 지도 또는 위상 지도</translation>
        </message>
        <message>
            <source>This is a parameter or phase map, not an image.</source>
            <translation>영상이 아니라 파라미터 지도 또는 위상 지도입니다.</translation>
        </message>
        <message>
            <source>This is the fat image of a Dixon series; the water image may serve.</source>
            <translation>Dixon 시리즈의 지방 영상입니다. 물 영상을 쓸 수 있습니다.</translation>
        </message>
        <message>
            <source>balanced or cine sequence in the description</source>
            <translation>설명에 balanced 또는 시네 시퀀스</translation>
        </message>
        <message>
            <source>may mix time points</source>
            <translation>여러 시점의 영상이 섞였을 수 있음</translation>
        </message>
        <message>
            <source>{plane}, not axial</source>
            <translation>축상면이 아니라 {plane}</translation>
        </message>
        <message>
            <source>Only {count} slice: too few to cover a liver.</source>
            <translation>영상이 {count}장뿐입니다. 간을 덮기에 너무 적습니다.</translation>
        </message>
        <message>
            <source>Only {count} slices: too few to cover a liver.</source>
            <translation>영상이 {count}장뿐입니다. 간을 덮기에 너무 적습니다.</translation>
        </message>
        <message>
            <source>images over time at one place</source>
            <translation>한 위치에서 시간에 따라 찍은 영상</translation>
        </message>
        <message>
            <source>All images lie at one place: a film over time.</source>
            <translation>모든 영상이 한 위치에 있습니다. 시간에 따른 영상입니다.</translation>
        </message>
        <message>
            <source>The files do not say that this is MR.</source>
            <translation>파일에 MR이라는 정보가 없습니다.</translation>
        </message>
        <message>
            <source>its description or image type says so</source>
            <translation>설명 또는 영상 유형에 그렇게 적혀 있음</translation>
        </message>
        <message>
            <source>{count} planes in one series</source>
            <translation>한 시리즈에 {count}개의 단면</translation>
        </message>
        <message>
            <source>{count} slices {spacing:.0f} mm apart</source>
            <translation>{spacing:.0f} mm 간격의 영상 {count}장</translation>
        </message>
        <message>
            <source>diffusion-weighted images</source>
            <translation>확산 강조 영상</translation>
        </message>
        <message>
            <source>T2 in the description</source>
            <translation>설명에 T2</translation>
        </message>
        <message>
            <source>The description names a T2-weighted sequence.</source>
            <translation>설명에 T2 강조 시퀀스라고 적혀 있습니다.</translation>
        </message>
        <message>
            <source>the fat image of a Dixon series</source>
            <translation>Dixon 시리즈의 지방 영상</translation>
        </message>
        <message>
            <source>'{word}' in the description</source>
            <translation>설명에 '{word}'</translation>
        </message>
        <message>
            <source>the contrast agent has no hepatobiliary phase</source>
            <translation>이 조영제에는 간담도기가 없음</translation>
        </message>
        <message>
            <source>{minutes} min in the description</source>
            <translation>설명에 {minutes}분</translation>
        </message>
        <message>
            <source>{minutes:.0f} min after the first T1 series of this kind</source>
            <translation>같은 종류의 첫 T1 시리즈 {minutes:.0f}분 후</translation>
        </message>
        <message>
            <source>the files say {minutes:.0f} min after the injection</source>
            <translation>파일에는 주입 {minutes:.0f}분 후라고 적혀 있음</translation>
        </message>
        <message>
            <source>flip angle {angle:.0f} degrees, larger than in other T1 series</source>
            <translation>숙임각 {angle:.0f}도, 다른 T1 시리즈보다 큼</translation>
        </message>
        <message>
            <source>in the image the liver is {times:.1f} times as bright as muscle and its vessels are dark</source>
            <translation>영상에서 간이 근육보다 {times:.1f}배 밝고 혈관이 어두움</translation>
        </message>
        <message>
            <source>{minutes:.0f} min after the first contrast-enhanced series</source>
            <translation>첫 조영 증강 시리즈 {minutes:.0f}분 후</translation>
        </message>
        <message>
            <source>in the image the liver is only {times:.1f} times as bright as muscle, as without uptake</source>
            <translation>영상에서 간이 근육보다 {times:.1f}배 밝을 뿐이어서 섭취가 없는 것과 같음</translation>
        </message>
        <message>
            <source>the last axial T1 series of the study</source>
            <translation>검사의 마지막 축상면 T1 시리즈</translation>
        </message>
        <message>
            <source>{minutes} min in the description, early for the hepatobiliary phase</source>
            <translation>설명에 {minutes}분, 간담도기로는 이름</translation>
        </message>
        <message>
            <source>the contrast agent is gadoxetic acid</source>
            <translation>조영제가 가도세트산</translation>
        </message>
        <message>
            <source>gadoxetic acid in the description</source>
            <translation>설명에 가도세트산</translation>
        </message>
        <message>
            <source>gadoxetic acid in another series of the study</source>
            <translation>검사의 다른 시리즈에 가도세트산</translation>
        </message>
        <message>
            <source>gadobenate: its hepatobiliary phase comes after 1 to 3 hours</source>
            <translation>가도벤산: 간담도기는 1~3시간 뒤</translation>
        </message>
        <message>
            <source>the contrast agent is named as one without a hepatobiliary phase</source>
            <translation>간담도기가 없는 조영제로 적혀 있음</translation>
        </message>
        <message>
            <source>{minutes:.0f} min after the injection</source>
            <translation>주입 {minutes:.0f}분 후</translation>
        </message>
        <message>
            <source>T1-weighted 3D gradient echo</source>
            <translation>T1 강조 3D 경사 에코</translation>
        </message>
        <message>
            <source>T1-weighted by its sequence or name</source>
            <translation>시퀀스나 이름으로 보아 T1 강조</translation>
        </message>
        <message>
            <source>axial, covers a liver</source>
            <translation>축상면, 간을 덮음</translation>
        </message>
        <message>
            <source>axial</source>
            <translation>축상면</translation>
        </message>
        <message>
            <source>in the image the vessels are brighter than the liver</source>
            <translation>영상에서 혈관이 간보다 밝음</translation>
        </message>
        <message>
            <source>before contrast, by its description</source>
            <translation>설명에 따르면 조영 전</translation>
        </message>
        <message>
            <source>an early contrast phase, by its description</source>
            <translation>설명에 따르면 초기 조영 시기</translation>
        </message>
        <message>
            <source>{minutes:.0f} min before the injection</source>
            <translation>주입 {minutes:.0f}분 전</translation>
        </message>
        <message>
            <source>only {minutes:.0f} min after the injection</source>
            <translation>주입 후 {minutes:.0f}분뿐</translation>
        </message>
        <message>
            <source>a dynamic series, by its description</source>
            <translation>설명에 따르면 역동적 조영 시리즈</translation>
        </message>
        <message>
            <source>phase {number} of a dynamic series</source>
            <translation>역동적 시리즈의 {number}번째 시기</translation>
        </message>
        <message>
            <source>This is a piece of its series: {count} slices beyond its ends are in another stack, '{stack}', and are not examined with it.</source>
            <translation>이것은 시리즈의 일부입니다. 양 끝 너머의 슬라이스 {count}개는 다른 묶음 '{stack}'에 있으며 함께 검사되지 않습니다.</translation>
        </message>
        <message>
            <source>{low:.2f} mm</source>
            <translation>{low:.2f} mm</translation>
        </message>
        <message>
            <source>between slices {pairs} and in {count} more places</source>
            <translation>영상 {pairs} 사이와 그 밖의 {count}곳</translation>
        </message>
        <message>
            <source>The files do not say how large a pixel is. Lengths and places in the patient are not known.</source>
            <translation>파일에 픽셀 크기가 없습니다. 길이와 환자 안의 위치를 알 수 없습니다.</translation>
        </message>
        <message>
            <source>Several images lie at the same place, as when phases are merged. They form no plain volume: split the series before detection.</source>
            <translation>여러 시기를 합친 것처럼 같은 위치에 영상이 여러 개 있습니다. 단순한 볼륨이 아니므로 검출 전에 시리즈를 나누십시오.</translation>
        </message>
        <message>
            <source>All images lie at the same place, as in a film over time; they form no volume.</source>
            <translation>시간에 따른 영상처럼 모든 영상이 같은 위치에 있어 볼륨이 되지 않습니다.</translation>
        </message>
        <message>
            <source>{low:.2f} to {high:.2f} mm</source>
            <translation>{low:.2f}~{high:.2f} mm</translation>
        </message>
        <message>
            <source>{first} and {second}</source>
            <translation>{first}번과 {second}번</translation>
        </message>
        <message>
            <source>between slices {pairs}</source>
            <translation>영상 {pairs} 사이</translation>
        </message>
        <message>
            <source>Order unverified: the files give no slice positions, so the slices are in the order of {used}. Lengths and places in the patient are not known.</source>
            <translation>순서 미확인: 파일에 영상 위치가 없어 {used} 순서로 놓았습니다. 길이와 환자 안의 위치를 알 수 없습니다.</translation>
        </message>
        <message>
            <source>{slices} missing: {places}. What lies there is not examined.</source>
            <translation>{slices} 누락: {places}. 그곳은 검사하지 않습니다.</translation>
        </message>
        <message>
            <source>The slices are not evenly spaced: {usual:.2f} mm apart in most places, {span} {places}. Lengths across slices use the true places.</source>
            <translation>영상 간격이 고르지 않습니다: 대부분 {usual:.2f} mm이고 {places}는 {span}입니다. 영상을 가로지르는 길이는 실제 위치로 계산합니다.</translation>
        </message>
        <message>
            <source>The slices are shifted sideways against each other by up to {drift:.1f} mm. Places across slices are off by up to {left:.1f} mm.</source>
            <translation>슬라이스가 서로 최대 {drift:.1f} mm까지 옆으로 밀려 있습니다. 슬라이스를 가로지르는 위치는 최대 {left:.1f} mm까지 어긋납니다.</translation>
        </message>
        <message>
            <source>The slices are shifted sideways against each other by up to {drift:.1f} mm, evenly. Places are right; planes across the slices look slanted.</source>
            <translation>슬라이스가 서로 최대 {drift:.1f} mm까지 고르게 옆으로 밀려 있습니다. 위치는 맞지만 슬라이스를 가로지르는 단면은 기울어져 보입니다.</translation>
        </message>
        <message>
            <source>{count} slice is</source>
            <translation>영상 {count}장</translation>
        </message>
        <message>
            <source>{count} slices are</source>
            <translation>영상 {count}장</translation>
        </message>
        <message>
            <source>the slice locations</source>
            <translation>영상 위치(Slice Location) 값</translation>
        </message>
        <message>
            <source>the places in the stack that the file numbers</source>
            <translation>파일에 적힌 스택 내 위치 번호</translation>
        </message>
        <message>
            <source>the image numbers</source>
            <translation>영상 번호</translation>
        </message>
        <message>
            <source>the names of the files</source>
            <translation>파일 이름</translation>
        </message>
        <message>
            <source>the frames in the file</source>
            <translation>파일 안의 프레임</translation>
        </message>
        <message>
            <source>the image positions</source>
            <translation>영상 위치 값</translation>
        </message>
        <message>
            <source>automatic</source>
            <translation>자동</translation>
        </message>
        <message>
            <source>place</source>
            <translation>위치</translation>
        </message>
        <message>
            <source>image type</source>
            <translation>영상 종류</translation>
        </message>
        <message>
            <source>echo time</source>
            <translation>에코 시간</translation>
        </message>
        <message>
            <source>temporal position</source>
            <translation>시점</translation>
        </message>
        <message>
            <source>trigger time</source>
            <translation>트리거 시간</translation>
        </message>
        <message>
            <source>acquisition time</source>
            <translation>획득 시각</translation>
        </message>
        <message>
            <source>acquisition number</source>
            <translation>획득 번호</translation>
        </message>
        <message>
            <source>Choose at least two series to merge.</source>
            <translation>합칠 시리즈를 둘 이상 선택하십시오.</translation>
        </message>
        <message>
            <source>By '{key}' the images of {title} are all alike; try another way.</source>
            <translation>'{key}' 기준으로는 {title}의 영상이 모두 같습니다. 다른 방법을 써 보십시오.</translation>
        </message>
        <message>
            <source>By '{key}' {title} would fall into {count} parts.</source>
            <translation>'{key}' 기준으로는 {title}이(가) {count}개로 나뉩니다.</translation>
        </message>
        <message>
            <source>Series with images of different size cannot be merged.</source>
            <translation>영상 크기가 다른 시리즈는 합칠 수 없습니다.</translation>
        </message>
        <message>
            <source>Series with pixels of different size cannot be merged.</source>
            <translation>픽셀 크기가 다른 시리즈는 합칠 수 없습니다.</translation>
        </message>
        <message>
            <source>Series of different modalities cannot be merged.</source>
            <translation>검사 장비 종류가 다른 시리즈는 합칠 수 없습니다.</translation>
        </message>
        <message>
            <source>Colour and grey series cannot be merged.</source>
            <translation>컬러와 흑백 시리즈는 합칠 수 없습니다.</translation>
        </message>
        <message>
            <source>Series of different studies cannot be merged.</source>
            <translation>다른 검사의 시리즈는 합칠 수 없습니다.</translation>
        </message>
        <message>
            <source>Series in different planes cannot be merged.</source>
            <translation>단면 방향이 다른 시리즈는 합칠 수 없습니다.</translation>
        </message>
        <message>
            <source>{path} cannot be opened: {reason}.</source>
            <translation>{path}을(를) 열 수 없습니다: {reason}.</translation>
        </message>
        <message>
            <source>{path} is neither a file nor a folder.</source>
            <translation>{path}은(는) 파일도 폴더도 아닙니다.</translation>
        </message>
        <message>
            <source>There is no file or folder {path}.</source>
            <translation>파일 또는 폴더 {path}이(가) 없습니다.</translation>
        </message>
        <message>
            <source>The images lie in many different planes, as in a rotating projection; they form no volume.</source>
            <translation>회전 투영처럼 영상이 여러 다른 단면에 있어 볼륨이 되지 않습니다.</translation>
        </message>
        <message>
            <source>Several images lie at each place and no time in the files tells them apart cleanly. The first image at each place forms the first stack, and so on: a stack may mix time points.</source>
            <translation>각 위치에 영상이 여러 개 있고 파일의 시간으로 분명히 나눌 수 없습니다. 각 위치의 첫 영상이 첫 스택이 되는 식이어서 한 스택에 여러 시점이 섞였을 수 있습니다.</translation>
        </message>
        <message>
            <source>{count} image lies where another one does, and is left out: the pieces form one stack.</source>
            <translation>영상 {count}개가 다른 영상과 같은 위치에 있어 제외했습니다. 조각들은 한 묶음을 이룹니다.</translation>
        </message>
        <message>
            <source>{count} images lie where others do, and are left out: the pieces form one stack.</source>
            <translation>영상 {count}개가 다른 영상과 같은 위치에 있어 제외했습니다. 조각들은 한 묶음을 이룹니다.</translation>
        </message>
        <message>
            <source>{count} images lie at the same place, as in a film over time; they are kept together.</source>
            <translation>시간에 따른 영상처럼 영상 {count}개가 같은 위치에 있어 함께 두었습니다.</translation>
        </message>
        <message>
            <source>its compressed pixels are damaged or of a rare kind</source>
            <translation>압축된 픽셀이 손상되었거나 드문 형식임</translation>
        </message>
        <message>
            <source>it is encoded in a way that this program cannot decode</source>
            <translation>이 프로그램이 풀 수 없는 방식으로 부호화됨</translation>
        </message>
        <message>
            <source>no pixels can be found in it</source>
            <translation>픽셀을 찾을 수 없음</translation>
        </message>
        <message>
            <source>a number in its header is damaged</source>
            <translation>헤더의 숫자가 손상됨</translation>
        </message>
        <message>
            <source>its header is damaged</source>
            <translation>헤더가 손상됨</translation>
        </message>
        <message>
            <source>its header lacks what is needed to decode it</source>
            <translation>헤더에 디코딩에 필요한 정보가 없음</translation>
        </message>
        <message>
            <source>its compressed pixels are damaged</source>
            <translation>압축된 픽셀이 손상됨</translation>
        </message>
        <message>
            <source>{count} file could not be read; what it shows is not examined.</source>
            <translation>파일 {count}개를 읽을 수 없습니다. 그 안의 영상은 검사되지 않습니다.</translation>
        </message>
        <message>
            <source>{count} files could not be read; what they show is not examined.</source>
            <translation>파일 {count}개를 읽을 수 없습니다. 그 안의 영상은 검사되지 않습니다.</translation>
        </message>
        <message>
            <source>{slices} and {count} more</source>
            <translation>{slices} 외 {count}장</translation>
        </message>
        <message>
            <source>Slices that cannot be read are left black: {slices} ({reason}). What lies there is not examined.</source>
            <translation>읽을 수 없는 영상은 검게 두었습니다: {slices}({reason}). 그곳은 검사하지 않습니다.</translation>
        </message>
        <message>
            <source>Files end before their image does, as after a broken copy: slices {slices}. The missing part is left black and not examined.</source>
            <translation>복사가 끊긴 것처럼 파일이 영상보다 먼저 끝납니다: 영상 {slices}. 없는 부분은 검게 두었고 검사하지 않습니다.</translation>
        </message>
        <message>
            <source>In some slices black and white are exchanged against the others: {slices}. They have been turned round.</source>
            <translation>일부 영상은 나머지와 흑백이 반대입니다: {slices}. 나머지에 맞게 반전하였습니다.</translation>
        </message>
        <message>
            <source>No image of the series can be read. {file}: {reason}.</source>
            <translation>시리즈의 어떤 영상도 읽을 수 없습니다. {file}: {reason}.</translation>
        </message>
        <message>
            <source>about {minutes} min</source>
            <translation>약 {minutes}분</translation>
        </message>
        <message>
            <source>{label}: {done} of {total} {unit}</source>
            <translation>{label}: {unit} {total}개 중 {done}</translation>
        </message>
        <message>
            <source>{text}, {duration} left</source>
            <translation>{text}, {duration} 남음</translation>
        </message>
        <message>
            <source>about {seconds} s</source>
            <translation>약 {seconds}초</translation>
        </message>
        <message>
            <source>{label} in {name}</source>
            <translation>{name}: {label}</translation>
        </message>
        <message>
            <source>This copy of the program carries no demo study; open a folder instead.</source>
            <translation>이 프로그램 사본에는 데모 검사가 없습니다. 대신 폴더를 여십시오.</translation>
        </message>
        <message>
            <source>Detecting</source>
            <translation>검출 중</translation>
        </message>
        <message>
            <source>slices</source>
            <translation>영상</translation>
        </message>
        <message>
            <source>The result shown is of the model used before; press Detect anew.</source>
            <translation>표시된 결과는 이전에 사용한 모델의 결과입니다. 검출을 다시 실행하십시오.</translation>
        </message>
        <message>
            <source>Detection in {name} is done.</source>
            <translation>{name}의 검출이 끝났습니다.</translation>
        </message>
        <message>
            <source>The report is in {folder}: {files}.</source>
            <translation>보고서가 {folder}에 저장되었습니다: {files}.</translation>
        </message>
        <message>
            <source>Writing the report</source>
            <translation>보고서 작성 중</translation>
        </message>
        <message>
            <source>parts</source>
            <translation>항목</translation>
        </message>
        <message>
            <source>The export was cancelled.</source>
            <translation>내보내기를 취소했습니다.</translation>
        </message>
        <message>
            <source>A reformat has no header of its own; choose a view of acquired images.</source>
            <translation>재구성 영상에는 헤더가 없습니다. 촬영된 영상의 보기를 고르십시오.</translation>
        </message>
        <message>
            <source>Slice {number} / {count}</source>
            <translation>영상 {number} / {count}</translation>
        </message>
        <message>
            <source>Decisions cannot be kept for the next session: {reason}.</source>
            <translation>다음 세션을 위해 판정을 저장할 수 없습니다: {reason}.</translation>
        </message>
        <message>
            <source>What was kept of this series cannot be read ({reason}); it was set aside.</source>
            <translation>이 시리즈의 저장 내용을 읽을 수 없어({reason}) 따로 보관했습니다.</translation>
        </message>
        <message>
            <source>Another window has this series too; what is decided in both is kept.</source>
            <translation>다른 창에서도 이 시리즈를 열었습니다. 두 창의 판정을 모두 저장합니다.</translation>
        </message>
        <message>
            <source>The kept result is another model's and is left out; press Detect anew.</source>
            <translation>저장된 결과는 다른 모델의 것이므로 제외했습니다. 검출을 다시 누르십시오.</translation>
        </message>
        <message>
            <source>The result and your decisions of an earlier session are back.</source>
            <translation>이전 세션의 결과와 판정을 불러왔습니다.</translation>
        </message>
        <message>
            <source>The result of an earlier session is back, but slices that could not be read then can be read now: press Detect again.</source>
            <translation>이전 세션의 결과를 불러왔지만, 그때 읽을 수 없던 영상을 이제 읽을 수 있습니다. 검출을 다시 누르세요.</translation>
        </message>
        <message>
            <source>There is no result to send yet; detect first.</source>
            <translation>아직 보낼 결과가 없습니다. 먼저 검출하십시오.</translation>
        </message>
        <message>
            <source>Copying without identity</source>
            <translation>신원 정보 없이 복사하는 중</translation>
        </message>
        <message>
            <source>files</source>
            <translation>파일</translation>
        </message>
        <message>
            <source>The copying was cancelled.</source>
            <translation>복사를 취소했습니다.</translation>
        </message>
        <message>
            <source>Other planes need the position of the slices, and these files lack it.</source>
            <translation>다른 단면을 만들려면 영상의 위치가 필요하지만 이 파일에는 없습니다.</translation>
        </message>
        <message>
            <source>Reading the series</source>
            <translation>시리즈 읽는 중</translation>
        </message>
        <message>
            <source>The crosshair needs the position of the slices, and these files lack it.</source>
            <translation>십자선에는 영상의 위치가 필요하지만 이 파일에는 없습니다.</translation>
        </message>
        <message>
            <source>Wait until all files are read; then you can mark and measure.</source>
            <translation>모든 파일을 읽을 때까지 기다리십시오. 그 후에 표시하고 측정할 수 있습니다.</translation>
        </message>
        <message>
            <source>accept</source>
            <translation>수락</translation>
        </message>
        <message>
            <source>reject</source>
            <translation>거부</translation>
        </message>
        <message>
            <source>The study was closed or changed meanwhile; the note is not kept.</source>
            <translation>그 사이에 검사가 닫히거나 바뀌었습니다. 메모는 저장되지 않았습니다.</translation>
        </message>
        <message>
            <source>key image</source>
            <translation>주요 영상</translation>
        </message>
        <message>
            <source>measure</source>
            <translation>계측</translation>
        </message>
        <message>
            <source>delete all measurements</source>
            <translation>모든 계측 삭제</translation>
        </message>
        <message>
            <source>take the decision back</source>
            <translation>판정 취소</translation>
        </message>
        <message>
            <source>note</source>
            <translation>메모</translation>
        </message>
        <message>
            <source>The finding with the note counts as accepted; R rejects it.</source>
            <translation>메모를 쓴 소견은 수락한 것으로 처리됩니다. R을 누르면 거부합니다.</translation>
        </message>
        <message>
            <source>add a finding</source>
            <translation>소견 추가</translation>
        </message>
        <message>
            <source>correct</source>
            <translation>수정</translation>
        </message>
        <message>
            <source>delete measurement</source>
            <translation>계측 삭제</translation>
        </message>
        <message>
            <source>1 slice</source>
            <translation>영상 1개</translation>
        </message>
        <message>
            <source>{count} slices</source>
            <translation>영상 {count}개</translation>
        </message>
        <message>
            <source>images</source>
            <translation>영상</translation>
        </message>
        <message>
            <source>Merging series</source>
            <translation>시리즈 합치는 중</translation>
        </message>
        <message>
            <source>Splitting the series</source>
            <translation>시리즈 나누는 중</translation>
        </message>
        <message>
            <source>Merged to {title}: {slices}.</source>
            <translation>{title}(으)로 합쳤습니다: {slices}.</translation>
        </message>
        <message>
            <source>Split into {count} series.</source>
            <translation>시리즈 {count}개로 나누었습니다.</translation>
        </message>
        <message>
            <source>This study is open already; close it first to read its files anew.</source>
            <translation>이 검사는 이미 열려 있습니다. 파일을 다시 읽으려면 먼저 닫으십시오.</translation>
        </message>
        <message>
            <source>Reading files</source>
            <translation>파일 읽는 중</translation>
        </message>
        <message>
            <source>Series are merged or split as in the earlier session.</source>
            <translation>이전 세션에서처럼 시리즈를 합치거나 나누었습니다.</translation>
        </message>
        <message>
            <source>Looks for slices like hepatocellular carcinoma in hepatobiliary-phase liver MRI, after Kim et al., Scientific Reports 2020;10:9458.</source>
            <translation>Kim 등, Scientific Reports 2020;10:9458에 따라 간담도기 간 MRI에서 간세포암으로 보이는 영상을 찾습니다.</translation>
        </message>
        <message>
            <source>Model card</source>
            <translation>모델 카드</translation>
        </message>
        <message>
            <source>Measured on the tuning patients, of slices:</source>
            <translation>조정용 환자에서 영상 단위로 측정:</translation>
        </message>
        <message>
            <source>Wheel: slices, with Shift by ten, with Ctrl zoom, with Alt series. Left drag: window and level (or the tool that is on). Middle drag: pan. Right drag: zoom. A drag with Ctrl goes faster, with Shift finer. Right click: menu. Double click: full screen. All of it acts on the view under the pointer.</source>
            <translation>휠: 영상 넘기기, Shift와 함께 10장씩, Ctrl과 함께 확대/축소, Alt와 함께 시리즈. 왼쪽 끌기: 윈도우와 레벨(또는 켜진 도구). 가운데 끌기: 이동. 오른쪽 끌기: 확대/축소. Ctrl과 함께 끌면 빠르게, Shift와 함께 끌면 세밀하게 움직입니다. 오른쪽 클릭: 메뉴. 두 번 클릭: 전체 화면. 모두 포인터 아래의 보기에 적용됩니다.</translation>
        </message>
        <message>
            <source>HCC Viewer is free software under the Apache License 2.0.</source>
            <translation>HCC Viewer는 Apache License 2.0을 따르는 자유 소프트웨어입니다.</translation>
        </message>
        <message>
            <source>About HCC Viewer</source>
            <translation>HCC Viewer 정보</translation>
        </message>
        <message>
            <source>Keys and mouse</source>
            <translation>키와 마우스</translation>
        </message>
        <message>
            <source>First steps</source>
            <translation>첫걸음</translation>
        </message>
        <message>
            <source>Licences</source>
            <translation>라이선스</translation>
        </message>
        <message>
            <source>Operating point</source>
            <translation>작동점</translation>
        </message>
        <message>
            <source>Threshold</source>
            <translation>문턱값</translation>
        </message>
        <message>
            <source>Sensitivity</source>
            <translation>민감도</translation>
        </message>
        <message>
            <source>Specificity</source>
            <translation>특이도</translation>
        </message>
        <message>
            <source>False findings per patient</source>
            <translation>환자당 위양성 소견</translation>
        </message>
        <message>
            <source>Drop a study folder, a DICOM file or a zip on the window, or open the demo study.</source>
            <translation>검사 폴더, DICOM 파일 또는 zip을 창에 끌어 놓거나 데모 검사를 여십시오.</translation>
        </message>
        <message>
            <source>The likeliest hepatobiliary phase is shown; the list on the left says why.</source>
            <translation>간담도기일 가능성이 가장 높은 시리즈가 표시되며, 왼쪽 목록에 그 이유가 나옵니다.</translation>
        </message>
        <message>
            <source>Press Detect (F5). Findings are listed by probability; N goes to the next one.</source>
            <translation>검출(F5)을 누르십시오. 소견은 확률순으로 나열되고 N을 누르면 다음 소견으로 갑니다.</translation>
        </message>
        <message>
            <source>Hold G to peek at the heat map. Y accepts, R rejects, M adds a finding of your own.</source>
            <translation>G를 누르고 있으면 히트맵을 잠깐 볼 수 있습니다. Y는 수락, R은 거부, M은 소견 추가입니다.</translation>
        </message>
        <message>
            <source>Export the report (Ctrl+E). F1 lists all keys and mouse buttons.</source>
            <translation>보고서를 내보내십시오(Ctrl+E). F1을 누르면 모든 키와 마우스 기능이 나옵니다.</translation>
        </message>
        <message>
            <source>Nothing leaves this computer unless you send it to a PACS. Log: {folder}</source>
            <translation>PACS로 보내지 않는 한 어떤 정보도 이 컴퓨터를 벗어나지 않습니다. 로그: {folder}</translation>
        </message>
        <message>
            <source>Model</source>
            <translation>모델</translation>
        </message>
        <message>
            <source>File (SHA-256)</source>
            <translation>파일 (SHA-256)</translation>
        </message>
        <message>
            <source>Trained on</source>
            <translation>학습 자료</translation>
        </message>
        <message>
            <source>What it is</source>
            <translation>설명</translation>
        </message>
        <message>
            <source>Input</source>
            <translation>입력</translation>
        </message>
        <message>
            <source>Mouse</source>
            <translation>마우스</translation>
        </message>
        <message>
            <source>Keys</source>
            <translation>키</translation>
        </message>
        <message>
            <source>Library</source>
            <translation>라이브러리</translation>
        </message>
        <message>
            <source>Version</source>
            <translation>버전</translation>
        </message>
        <message>
            <source>Licence</source>
            <translation>라이선스</translation>
        </message>
        <message>
            <source>neighbouring slices at {offsets} mm</source>
            <translation>이웃 영상 위치 {offsets} mm</translation>
        </message>
        <message>
            <source>Evaluation</source>
            <translation>평가</translation>
        </message>
        <message>
            <source>The model is being loaded…</source>
            <translation>모델을 불러오는 중…</translation>
        </message>
        <message>
            <source>see its page</source>
            <translation>해당 페이지 참조</translation>
        </message>
        <message>
            <source>Export the result</source>
            <translation>결과 내보내기</translation>
        </message>
        <message>
            <source>Paper size</source>
            <translation>용지 크기</translation>
        </message>
        <message>
            <source>Folder</source>
            <translation>폴더</translation>
        </message>
        <message>
            <source>Export</source>
            <translation>내보내기</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>취소</translation>
        </message>
        <message>
            <source>For people</source>
            <translation>사람이 읽을 파일</translation>
        </message>
        <message>
            <source>DICOM objects, for a PACS</source>
            <translation>PACS용 DICOM 객체</translation>
        </message>
        <message>
            <source>The objects carry the patient's identity. </source>
            <translation>객체에는 환자의 신원이 들어 있습니다. </translation>
        </message>
        <message>
            <source>Name the patient in report, pictures and tables</source>
            <translation>보고서, 그림, 표에 환자 이름 표시</translation>
        </message>
        <message>
            <source>Browse…</source>
            <translation>찾아보기…</translation>
        </message>
        <message>
            <source>Replace it; otherwise a new folder is made in it</source>
            <translation>이전 보고서 바꾸기(선택하지 않으면 안에 새 폴더를 만듦)</translation>
        </message>
        <message>
            <source>Choose at least one kind of file.</source>
            <translation>파일 종류를 하나 이상 선택하십시오.</translation>
        </message>
        <message>
            <source>An unexpected error</source>
            <translation>예상하지 못한 오류</translation>
        </message>
        <message>
            <source>What to send</source>
            <translation>보낼 내용</translation>
        </message>
        <message>
            <source>Something unexpected went wrong. The study stays open and what was saved stays saved. To get it mended, send the text below; it holds no names or images of patients.</source>
            <translation>예상하지 못한 문제가 생겼습니다. 검사는 열려 있고 저장된 것은 그대로 있습니다. 고칠 수 있도록 아래 글을 보내 주십시오. 환자의 이름이나 영상은 들어 있지 않습니다.</translation>
        </message>
        <message>
            <source>Copy</source>
            <translation>복사</translation>
        </message>
        <message>
            <source>Show the log</source>
            <translation>로그 보기</translation>
        </message>
        <message>
            <source>{shown} of {count} elements</source>
            <translation>{count}개 항목 중 {shown}개</translation>
        </message>
        <message>
            <source>DICOM header</source>
            <translation>DICOM 헤더</translation>
        </message>
        <message>
            <source>Search in the header</source>
            <translation>헤더에서 찾기</translation>
        </message>
        <message>
            <source>Search: tag, name or value</source>
            <translation>찾기: 태그, 이름 또는 값</translation>
        </message>
        <message>
            <source>Reading…</source>
            <translation>읽는 중…</translation>
        </message>
        <message>
            <source>Tag</source>
            <translation>태그</translation>
        </message>
        <message>
            <source>Name</source>
            <translation>이름</translation>
        </message>
        <message>
            <source>VR</source>
            <translation>VR</translation>
        </message>
        <message>
            <source>Value</source>
            <translation>값</translation>
        </message>
        <message>
            <source>hidden</source>
            <translation>숨김</translation>
        </message>
        <message>
            <source>Model files (*.onnx)</source>
            <translation>모델 파일 (*.onnx)</translation>
        </message>
        <message>
            <source>Install a model</source>
            <translation>모델 설치</translation>
        </message>
        <message>
            <source>Remove the model?</source>
            <translation>모델을 제거할까요?</translation>
        </message>
        <message>
            <source>Remove</source>
            <translation>제거</translation>
        </message>
        <message>
            <source>Models</source>
            <translation>모델</translation>
        </message>
        <message>
            <source>Removed {}.</source>
            <translation>{}을(를) 제거했습니다.</translation>
        </message>
        <message>
            <source>selected</source>
            <translation>선택한 모델</translation>
        </message>
        <message>
            <source>in use</source>
            <translation>사용 중</translation>
        </message>
        <message>
            <source>The two were measured on different cases unless the cards say the same. To compare them, measure both on cases of your own (evaluate --cases --model2).</source>
            <translation>카드에 같은 증례라고 적혀 있지 않으면 두 모델은 서로 다른 증례에서 측정되었습니다. 비교하려면 보유한 증례에서 둘 다 측정하십시오(evaluate --cases --model2).</translation>
        </message>
        <message>
            <source>Remove {}? Its file is deleted from this program's folder.</source>
            <translation>{}을(를) 제거할까요? 이 프로그램의 폴더에서 파일이 삭제됩니다.</translation>
        </message>
        <message>
            <source>&amp;Install…</source>
            <translation>설치(&amp;I)…</translation>
        </message>
        <message>
            <source>&amp;Use this model</source>
            <translation>이 모델 사용(&amp;U)</translation>
        </message>
        <message>
            <source>&amp;Remove</source>
            <translation>제거(&amp;R)</translation>
        </message>
        <message>
            <source>Installed {}. Choose it to use it.</source>
            <translation>{}을(를) 설치했습니다. 사용하려면 선택하십시오.</translation>
        </message>
        <message>
            <source>{} is used now.</source>
            <translation>이제 {}을(를) 사용합니다.</translation>
        </message>
        <message>
            <source>The note stands in the report. Do not write the patient's name here.</source>
            <translation>메모는 보고서에 실립니다. 환자 이름을 적지 마십시오.</translation>
        </message>
        <message>
            <source>Note on the finding</source>
            <translation>소견 메모</translation>
        </message>
        <message>
            <source>PACS</source>
            <translation>PACS</translation>
        </message>
        <message>
            <source>Outcome</source>
            <translation>결과</translation>
        </message>
        <message>
            <source>Progress</source>
            <translation>진행</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>닫기</translation>
        </message>
        <message>
            <source>Cancelled.</source>
            <translation>취소했습니다.</translation>
        </message>
        <message>
            <source>Fetch a study from a PACS</source>
            <translation>PACS에서 검사 가져오기</translation>
        </message>
        <message>
            <source>Find</source>
            <translation>찾기</translation>
        </message>
        <message>
            <source>Studies</source>
            <translation>검사</translation>
        </message>
        <message>
            <source>1 study matches.</source>
            <translation>검사 1개가 일치합니다.</translation>
        </message>
        <message>
            <source>{count} studies match.</source>
            <translation>검사 {count}개가 일치합니다.</translation>
        </message>
        <message>
            <source>Fetch and open</source>
            <translation>가져와서 열기</translation>
        </message>
        <message>
            <source>An earlier copy is in '{folder}'.</source>
            <translation>이전 사본이 '{folder}'에 있습니다.</translation>
        </message>
        <message>
            <source>Asking {peer}…</source>
            <translation>{peer}에 묻는 중…</translation>
        </message>
        <message>
            <source>Fetching from {peer}…</source>
            <translation>{peer}에서 가져오는 중…</translation>
        </message>
        <message>
            <source>The query is refused: {reason}.</source>
            <translation>질의가 거부되었습니다: {reason}.</translation>
        </message>
        <message>
            <source>Send results to a PACS</source>
            <translation>PACS로 결과 보내기</translation>
        </message>
        <message>
            <source>Series</source>
            <translation>시리즈</translation>
        </message>
        <message>
            <source>Objects</source>
            <translation>객체</translation>
        </message>
        <message>
            <source>Send</source>
            <translation>보내기</translation>
        </message>
        <message>
            <source>The result of {series} is not shown now; show it again, or close this page.</source>
            <translation>{series}의 결과가 지금 표시되어 있지 않습니다. 다시 표시하거나 이 창을 닫으십시오.</translation>
        </message>
        <message>
            <source>Choose at least one kind of object.</source>
            <translation>객체를 한 종류 이상 선택하십시오.</translation>
        </message>
        <message>
            <source>Sending to {peer}…</source>
            <translation>{peer}로 보내는 중…</translation>
        </message>
        <message>
            <source>PACS addresses</source>
            <translation>PACS 주소</translation>
        </message>
        <message>
            <source>TLS</source>
            <translation>TLS</translation>
        </message>
        <message>
            <source>Retrieve by</source>
            <translation>가져오는 방법</translation>
        </message>
        <message>
            <source>Save</source>
            <translation>저장</translation>
        </message>
        <message>
            <source>Test</source>
            <translation>시험</translation>
        </message>
        <message>
            <source>A new one</source>
            <translation>새 주소</translation>
        </message>
        <message>
            <source>Saved.</source>
            <translation>저장했습니다.</translation>
        </message>
        <message>
            <source>Port</source>
            <translation>포트</translation>
        </message>
        <message>
            <source>AE title</source>
            <translation>AE 타이틀</translation>
        </message>
        <message>
            <source>This program's AE title</source>
            <translation>이 프로그램의 AE 타이틀</translation>
        </message>
        <message>
            <source>This program's store port</source>
            <translation>이 프로그램의 수신 포트</translation>
        </message>
        <message>
            <source>Ask for confirmation of storage</source>
            <translation>저장 확인 요청</translation>
        </message>
        <message>
            <source>This cannot be used: {reason}.</source>
            <translation>사용할 수 없습니다: {reason}.</translation>
        </message>
        <message>
            <source>'{title}' may not be the hepatobiliary phase (score {score} of 100).</source>
            <translation>'{title}'은(는) 간담도기가 아닐 수 있습니다(점수 {score}/100).</translation>
        </message>
        <message>
            <source>Open a study folder</source>
            <translation>검사 폴더 열기</translation>
        </message>
        <message>
            <source>Open a DICOM file or a zip</source>
            <translation>DICOM 파일 또는 zip 열기</translation>
        </message>
        <message>
            <source>All files (*)</source>
            <translation>모든 파일 (*)</translation>
        </message>
        <message>
            <source>Choose a folder for the report</source>
            <translation>보고서 폴더 선택</translation>
        </message>
        <message>
            <source>Detect on this series?</source>
            <translation>이 시리즈에서 검출할까요?</translation>
        </message>
        <message>
            <source>Detect anyway</source>
            <translation>그래도 검출</translation>
        </message>
        <message>
            <source>'{title}' is unlikely to be the hepatobiliary phase (score {score} of 100).</source>
            <translation>'{title}'은(는) 간담도기가 아닐 가능성이 높습니다(점수 {score}/100).</translation>
        </message>
        <message>
            <source>The model knows no other phase; its result would mean little.</source>
            <translation>모델은 다른 시기를 배우지 않았으므로 결과는 의미가 거의 없습니다.</translation>
        </message>
        <message>
            <source>Nothing in the files speaks for the hepatobiliary phase.</source>
            <translation>파일에는 간담도기임을 보여 주는 내용이 없습니다.</translation>
        </message>
        <message>
            <source>What the files say:</source>
            <translation>파일의 내용:</translation>
        </message>
        <message>
            <source>Reading study</source>
            <translation>판독 연구</translation>
        </message>
        <message>
            <source>Folder of the study</source>
            <translation>연구 폴더</translation>
        </message>
        <message>
            <source>Reader's code</source>
            <translation>판독자 코드</translation>
        </message>
        <message>
            <source>a code such as r1, no name</source>
            <translation>r1과 같은 코드, 이름은 아님</translation>
        </message>
        <message>
            <source>Arm</source>
            <translation>군</translation>
        </message>
        <message>
            <source>without the model</source>
            <translation>모델 없이</translation>
        </message>
        <message>
            <source>with the model's result</source>
            <translation>모델 결과와 함께</translation>
        </message>
        <message>
            <source>Study</source>
            <translation>연구</translation>
        </message>
        <message>
            <source>Reader</source>
            <translation>판독자</translation>
        </message>
        <message>
            <source>A study is made with: hcc-viewer reader-study create FOLDER --cases CATALOGUE. Slices with HCC are marked with the space bar; the time is taken from the image shown to the answer saved.</source>
            <translation>연구는 다음으로 만듭니다: hcc-viewer reader-study create FOLDER --cases CATALOGUE. HCC가 있는 영상은 스페이스 바로 표시하며, 영상이 나타난 때부터 답을 저장할 때까지의 시간을 잽니다.</translation>
        </message>
        <message>
            <source>&amp;Browse…</source>
            <translation>찾아보기(&amp;B)…</translation>
        </message>
        <message>
            <source>&amp;Read</source>
            <translation>판독(&amp;R)</translation>
        </message>
        <message>
            <source>Settings</source>
            <translation>설정</translation>
        </message>
        <message>
            <source>Display</source>
            <translation>표시</translation>
        </message>
        <message>
            <source>Reading and privacy</source>
            <translation>판독과 개인정보</translation>
        </message>
        <message>
            <source>OK</source>
            <translation>확인</translation>
        </message>
        <message>
            <source>Cine, slices a second</source>
            <translation>시네, 초당 영상 수</translation>
        </message>
        <message>
            <source>Buttons</source>
            <translation>버튼</translation>
        </message>
        <message>
            <source>Left drag</source>
            <translation>왼쪽 끌기</translation>
        </message>
        <message>
            <source>Middle drag</source>
            <translation>가운데 끌기</translation>
        </message>
        <message>
            <source>Right drag</source>
            <translation>오른쪽 끌기</translation>
        </message>
        <message>
            <source>Dragging down brightens</source>
            <translation>아래로 끌면 밝아짐</translation>
        </message>
        <message>
            <source>Wheel down goes to the feet</source>
            <translation>휠을 아래로 돌리면 발쪽으로</translation>
        </message>
        <message>
            <source>Scrolling goes on at the other end</source>
            <translation>끝에서 반대쪽 끝으로 이어서 넘기기</translation>
        </message>
        <message>
            <source>As the computer</source>
            <translation>컴퓨터 설정대로</translation>
        </message>
        <message>
            <source>Heat map</source>
            <translation>히트맵</translation>
        </message>
        <message>
            <source>Smooth pixels</source>
            <translation>화소 부드럽게</translation>
        </message>
        <message>
            <source>Language</source>
            <translation>언어</translation>
        </message>
        <message>
            <source>Delete all that was kept</source>
            <translation>저장 내용 모두 삭제</translation>
        </message>
        <message>
            <source>Hide results until the stack was read</source>
            <translation>모든 영상을 볼 때까지 결과 숨기기</translation>
        </message>
        <message>
            <source>Hide the patient's identity</source>
            <translation>환자 신원 숨기기</translation>
        </message>
        <message>
            <source>Keep results and decisions for the next session</source>
            <translation>다음 세션을 위해 결과와 판정 저장</translation>
        </message>
        <message>
            <source>Not all could be deleted: {reason}.</source>
            <translation>일부를 삭제할 수 없습니다: {reason}.</translation>
        </message>
        <message>
            <source>Map</source>
            <translation>색상 지도</translation>
        </message>
        <message>
            <source>{count} files deleted.</source>
            <translation>파일 {count}개를 삭제했습니다.</translation>
        </message>
        <message>
            <source>Contour {level} %</source>
            <translation>등고선 {level} %</translation>
        </message>
        <message>
            <source>Something unexpected went wrong; the log file has the details. The study stays open.</source>
            <translation>예상하지 못한 문제가 생겼습니다. 자세한 내용은 로그 파일에 있습니다. 검사는 열린 채로 있습니다.</translation>
        </message>
        <message>
            <source>no spacing known</source>
            <translation>화소 간격을 알 수 없음</translation>
        </message>
        <message>
            <source>no pixel inside</source>
            <translation>안쪽에 화소 없음</translation>
        </message>
        <message>
            <source>   SD {sd:.4g}</source>
            <translation>   SD {sd:.4g}</translation>
        </message>
        <message>
            <source>Area {area:.0f} mm²</source>
            <translation>면적 {area:.0f} mm²</translation>
        </message>
        <message>
            <source>Mean {mean:.5g}</source>
            <translation>평균 {mean:.5g}</translation>
        </message>
        <message>
            <source>Tools</source>
            <translation>도구</translation>
        </message>
        <message>
            <source>&amp;Split series</source>
            <translation>시리즈 나누기(&amp;S)</translation>
        </message>
        <message>
            <source>{sent} of {count} objects are stored in {peer}.</source>
            <translation>{peer}에 객체 {count}개 중 {sent}개를 저장했습니다.</translation>
        </message>
        <message>
            <source>{count} images without identity are in {folder}.</source>
            <translation>환자 정보가 없는 영상 {count}개를 {folder}에 저장했습니다.</translation>
        </message>
        <message>
            <source>{peer} answers.</source>
            <translation>{peer}이(가) 응답합니다.</translation>
        </message>
        <message>
            <source>Remark: {remark}.</source>
            <translation>참고: {remark}.</translation>
        </message>
        <message>
            <source>Refused: {reason}.</source>
            <translation>거부됨: {reason}.</translation>
        </message>
        <message>
            <source>Choose the folder that holds the study's DICOM files.</source>
            <translation>검사의 DICOM 파일이 있는 폴더를 선택하십시오.</translation>
        </message>
        <message>
            <source>No images were found in '{name}'.</source>
            <translation>'{name}'에서 영상을 찾지 못했습니다.</translation>
        </message>
        <message>
            <source>not linked, offset {offset} mm</source>
            <translation>연동 안 됨, 차이 {offset} mm</translation>
        </message>
        <message>
            <source>not linked</source>
            <translation>연동 안 됨</translation>
        </message>
        <message>
            <source>other frame of reference</source>
            <translation>다른 기준 좌표계</translation>
        </message>
        <message>
            <source>linked, offset {offset} mm</source>
            <translation>연동, 차이 {offset} mm</translation>
        </message>
        <message>
            <source>Undo</source>
            <translation>실행 취소</translation>
        </message>
        <message>
            <source>Redo</source>
            <translation>다시 실행</translation>
        </message>
        <message>
            <source>Marked slices</source>
            <translation>표시한 영상</translation>
        </message>
        <message>
            <source>The next case is being prepared; the clock stands.</source>
            <translation>다음 증례를 준비하고 있습니다. 시계는 멈춰 있습니다.</translation>
        </message>
        <message>
            <source>&amp;Unmark this slice (Space)</source>
            <translation>이 영상 표시 해제(스페이스)(&amp;U)</translation>
        </message>
        <message>
            <source>&amp;Mark this slice (Space)</source>
            <translation>이 영상 표시(스페이스)(&amp;M)</translation>
        </message>
        <message>
            <source>&amp;Heat map</source>
            <translation>히트맵(&amp;H)</translation>
        </message>
        <message>
            <source>Slices with HCC:</source>
            <translation>HCC가 있는 영상:</translation>
        </message>
        <message>
            <source>Paused. The image is hidden and the clock stands.</source>
            <translation>일시 중지. 영상이 숨겨지고 시계가 멈춥니다.</translation>
        </message>
        <message>
            <source>All cases are read. Thank you; the answers are saved.</source>
            <translation>모든 증례를 판독했습니다. 감사합니다. 답이 저장되었습니다.</translation>
        </message>
        <message>
            <source>Finished</source>
            <translation>끝</translation>
        </message>
        <message>
            <source>&amp;Save and next (Return)</source>
            <translation>저장하고 다음(Return)(&amp;S)</translation>
        </message>
        <message>
            <source>&amp;Pause (P)</source>
            <translation>일시 중지(P)(&amp;P)</translation>
        </message>
        <message>
            <source>slice {number}</source>
            <translation>영상 {number}</translation>
        </message>
        <message>
            <source>The result was made when some slices could not be read, which can be read now: it says nothing of them. Press Detect again.</source>
            <translation>이 결과는 일부 영상을 읽을 수 없을 때 만들어졌고, 그 영상은 이제 읽을 수 있습니다. 결과는 그 영상에 대해 아무것도 말하지 않습니다. 검출을 다시 누르세요.</translation>
        </message>
        <message>
            <source>The language changes when the program is started anew.</source>
            <translation>언어는 프로그램을 다시 시작하면 바뀝니다.</translation>
        </message>
        <message>
            <source>The view is in the clipboard, without the patient's identity.</source>
            <translation>보기를 환자 정보 없이 클립보드에 복사했습니다.</translation>
        </message>
        <message>
            <source>This place does not lie in the images of the main view.</source>
            <translation>이 위치는 주 보기의 영상 안에 있지 않습니다.</translation>
        </message>
        <message>
            <source>Image</source>
            <translation>영상</translation>
        </message>
        <message>
            <source>Thresholds whose performance the model card states</source>
            <translation>모델 카드에 성능이 적힌 문턱값</translation>
        </message>
        <message>
            <source>Slices at or above this probability are flagged</source>
            <translation>확률이 이 값 이상인 영상을 표시합니다</translation>
        </message>
        <message>
            <source>Other threshold</source>
            <translation>다른 문턱값</translation>
        </message>
        <message>
            <source>Heat map opacity</source>
            <translation>히트맵 불투명도</translation>
        </message>
        <message>
            <source>Opacity of the heat map</source>
            <translation>히트맵의 불투명도</translation>
        </message>
        <message>
            <source>Heat map look</source>
            <translation>히트맵 모양</translation>
        </message>
        <message>
            <source>Colours all over, or a line along a level of the map</source>
            <translation>전체 색상, 또는 지도의 한 값을 따르는 선</translation>
        </message>
        <message>
            <source>Results</source>
            <translation>결과</translation>
        </message>
        <message>
            <source>Findings</source>
            <translation>소견</translation>
        </message>
        <message>
            <source>Flagged slices</source>
            <translation>표시된 영상</translation>
        </message>
        <message>
            <source>Slice, view {number}</source>
            <translation>영상, 화면 {number}</translation>
        </message>
        <message>
            <source>Message</source>
            <translation>알림</translation>
        </message>
        <message>
            <source>Close the message</source>
            <translation>알림 닫기</translation>
        </message>
        <message>
            <source>Show the folder</source>
            <translation>폴더 보기</translation>
        </message>
        <message>
            <source>Identity hidden</source>
            <translation>신원 숨김</translation>
        </message>
        <message>
            <source>Cannot be read, not examined</source>
            <translation>읽을 수 없음, 검사하지 않음</translation>
        </message>
        <message>
            <source>inverted</source>
            <translation>반전</translation>
        </message>
        <message>
            <source>Zoom {percent}</source>
            <translation>배율 {percent}</translation>
        </message>
        <message>
            <source>colour</source>
            <translation>컬러</translation>
        </message>
        <message>
            <source>flipped top to bottom</source>
            <translation>상하 뒤집힘</translation>
        </message>
        <message>
            <source>flipped left to right</source>
            <translation>좌우 뒤집힘</translation>
        </message>
        <message>
            <source>flagged</source>
            <translation>표시됨</translation>
        </message>
        <message>
            <source>turned by {degrees}°</source>
            <translation>{degrees}° 회전됨</translation>
        </message>
        <message>
            <source>HCC probability {value}</source>
            <translation>HCC 확률 {value}</translation>
        </message>
        <message>
            <source>Slice {number}: probability {value}</source>
            <translation>영상 {number}: 확률 {value}</translation>
        </message>
        <message>
            <source>Probability of each slice</source>
            <translation>영상별 확률</translation>
        </message>
        <message>
            <source>{known} of {count} slices are known</source>
            <translation>영상 {count}개 중 {known}개 결과 있음</translation>
        </message>
        <message>
            <source>Slice {number}</source>
            <translation>영상 {number}</translation>
        </message>
        <message>
            <source>&amp;Recent studies</source>
            <translation>최근 검사(&amp;R)</translation>
        </message>
        <message>
            <source>Recent study {number}</source>
            <translation>최근 검사 {number}</translation>
        </message>
        <message>
            <source>Research use</source>
            <translation>연구용</translation>
        </message>
        <message>
            <source>Model {label}, trained on {data}.</source>
            <translation>모델 {label}, 학습 자료: {data}.</translation>
        </message>
        <message>
            <source>No study is open.</source>
            <translation>열린 검사가 없습니다.</translation>
        </message>
        <message>
            <source>(no description)</source>
            <translation>(설명 없음)</translation>
        </message>
        <message>
            <source>no findings</source>
            <translation>소견 없음</translation>
        </message>
        <message>
            <source>Start</source>
            <translation>시작</translation>
        </message>
        <message>
            <source>Drop a study here</source>
            <translation>검사를 여기에 끌어 놓으십시오</translation>
        </message>
        <message>
            <source>A folder, a DICOM file or a zip. The program finds the hepatobiliary phase,
you press Detect, and it lists the slices that look like HCC.</source>
            <translation>폴더, DICOM 파일 또는 zip. 프로그램이 간담도기를 찾고,
검출을 누르면 HCC로 보이는 영상을 나열합니다.</translation>
        </message>
        <message>
            <source>Opened last</source>
            <translation>최근에 연 검사</translation>
        </message>
        <message>
            <source>Open studies</source>
            <translation>열린 검사</translation>
        </message>
        <message>
            <source>Warnings</source>
            <translation>경고</translation>
        </message>
        <message>
            <source>No warnings</source>
            <translation>경고 없음</translation>
        </message>
        <message>
            <source>Nothing to warn of</source>
            <translation>경고할 내용이 없습니다</translation>
        </message>
        <message>
            <source>Warnings ({count})</source>
            <translation>경고 ({count})</translation>
        </message>
        <message>
            <source>The folder holds images of {count} patients: {names}.</source>
            <translation>폴더에 환자 {count}명의 영상이 있습니다: {names}.</translation>
        </message>
        <message>
            <source>The folder holds images of {count} patients.</source>
            <translation>폴더에 환자 {count}명의 영상이 있습니다.</translation>
        </message>
        <message>
            <source>(no name)</source>
            <translation>(이름 없음)</translation>
        </message>
        <message>
            <source>no date</source>
            <translation>날짜 없음</translation>
        </message>
        <message>
            <source>Patient {number}</source>
            <translation>환자 {number}</translation>
        </message>
        <message>
            <source>Study {number}</source>
            <translation>검사 {number}</translation>
        </message>
        <message>
            <source>1 file was passed over</source>
            <translation>파일 1개를 건너뜀</translation>
        </message>
        <message>
            <source>{count} files were passed over</source>
            <translation>파일 {count}개를 건너뜀</translation>
        </message>
        <message>
            <source>{findings}; {flagged} of {total} slices flagged.</source>
            <translation>{findings}; 영상 {total}개 중 {flagged}개 표시됨.</translation>
        </message>
        <message>
            <source>Read first: {seen} of {total} slices seen. The result shows after the last one.</source>
            <translation>먼저 판독: 영상 {total}개 중 {seen}개를 보았습니다. 마지막 영상을 본 뒤 결과가 나타납니다.</translation>
        </message>
        <message>
            <source>On the tuning patients at {threshold}: sensitivity {sensitivity} and specificity {specificity} of slices, {false} false findings per patient.</source>
            <translation>조정용 환자에서 문턱값 {threshold}: 영상 단위 민감도 {sensitivity}, 특이도 {specificity}, 환자당 위양성 소견 {false}개.</translation>
        </message>
        <message>
            <source>1 finding</source>
            <translation>소견 1개</translation>
        </message>
        <message>
            <source>{count} findings</source>
            <translation>소견 {count}개</translation>
        </message>
        <message>
            <source>not for detection</source>
            <translation>검출 대상 아님</translation>
        </message>
        <message>
            <source>HBP unlikely {score}/100</source>
            <translation>HBP 아닐 듯 {score}/100</translation>
        </message>
        <message>
            <source>HBP? {score}/100</source>
            <translation>HBP? {score}/100</translation>
        </message>
        <message>
            <source>The model: no finding at this threshold.</source>
            <translation>모델: 이 문턱값에서는 소견 없음.</translation>
        </message>
        <message>
            <source>No finding: 0 of {total} slices at or above the threshold.</source>
            <translation>소견 없음: 문턱값 이상인 영상이 {total}개 중 0개입니다.</translation>
        </message>
        <message>
            <source>Reading the series…</source>
            <translation>시리즈를 읽는 중…</translation>
        </message>
        <message>
            <source>Drop a series here.</source>
            <translation>시리즈를 여기에 끌어 놓으십시오.</translation>
        </message>
        <message>
            <source>Detection is refused on this series: {reason}</source>
            <translation>이 시리즈에서는 검출할 수 없습니다: {reason}</translation>
        </message>
        <message>
            <source>Open a study to begin.</source>
            <translation>검사를 열어 시작하십시오.</translation>
        </message>
        <message>
            <source>Hepatobiliary phase</source>
            <translation>간담도기</translation>
        </message>
        <message>
            <source>Perhaps the hepatobiliary phase</source>
            <translation>간담도기일 수 있음</translation>
        </message>
        <message>
            <source>Unlikely the hepatobiliary phase</source>
            <translation>간담도기가 아닐 가능성 높음</translation>
        </message>
        <message>
            <source>Hidden until you have been through the stack.</source>
            <translation>모든 영상을 볼 때까지 숨겨집니다.</translation>
        </message>
        <message>
            <source>Findings come when all slices are done.</source>
            <translation>모든 영상이 끝나면 소견이 나옵니다.</translation>
        </message>
        <message>
            <source>Findings appear here after detection.</source>
            <translation>검출 후 소견이 여기에 나옵니다.</translation>
        </message>
        <message>
            <source>Nothing at or above the threshold.</source>
            <translation>문턱값 이상인 영상이 없습니다.</translation>
        </message>
        <message>
            <source>HBP {score}/100</source>
            <translation>HBP {score}/100</translation>
        </message>
        <message>
            <source>Hepatobiliary-phase score: {score} of 100</source>
            <translation>간담도기 점수: {score}/100</translation>
        </message>
        <message>
            <source>row {row}, col {column}</source>
            <translation>행 {row}, 열 {column}</translation>
        </message>
        <message>
            <source>1 finding by the reader.</source>
            <translation>판독자의 소견 1개.</translation>
        </message>
        <message>
            <source>{count} findings by the reader.</source>
            <translation>판독자의 소견 {count}개.</translation>
        </message>
        <message>
            <source> and {count} more</source>
            <translation> 외 {count}개</translation>
        </message>
        <message>
            <source>Detection is refused: {reason}</source>
            <translation>검출할 수 없음: {reason}</translation>
        </message>
        <message>
            <source>The folder holds hepatobiliary phases of other studies too ({count}); this result is of the study of {date} only.</source>
            <translation>이 폴더에는 다른 검사의 간담도기도 있습니다({count}). 이 결과는 {date} 검사의 것입니다.</translation>
        </message>
        <message>
            <source>{peer} does not answer; check its address, its port and the network.</source>
            <translation>{peer}이(가) 응답하지 않습니다. 주소, 포트, 네트워크를 확인하십시오.</translation>
        </message>
        <message>
            <source>it gives no reason</source>
            <translation>이유를 밝히지 않음</translation>
        </message>
        <message>
            <source>it does not know the application context</source>
            <translation>애플리케이션 컨텍스트를 알지 못함</translation>
        </message>
        <message>
            <source>it does not know this program's AE title '{own}'; it must be entered there</source>
            <translation>이 프로그램의 AE 타이틀 '{own}'을(를) 알지 못함. 그쪽에 등록해야 함</translation>
        </message>
        <message>
            <source>it is not called '{peer}'; check the peer's AE title</source>
            <translation>그 이름이 '{peer}'이(가) 아님. 상대의 AE 타이틀을 확인할 것</translation>
        </message>
        <message>
            <source>The connection to {peer} was lost; try again when it is back.</source>
            <translation>{peer}와(과)의 연결이 끊어졌습니다. 복구되면 다시 시도하십시오.</translation>
        </message>
        <message>
            <source>{peer} is too busy, or does not speak this protocol; try again later.</source>
            <translation>{peer}이(가) 너무 바쁘거나 이 프로토콜을 쓰지 않습니다. 나중에 다시 시도하십시오.</translation>
        </message>
        <message>
            <source>{peer} offers none of the services that are needed.</source>
            <translation>{peer}은(는) 필요한 서비스를 하나도 제공하지 않습니다.</translation>
        </message>
        <message>
            <source>{peer} does not answer over TLS (check the certificates); check its address, its port and the network.</source>
            <translation>{peer}이(가) TLS로 응답하지 않습니다(인증서를 확인하십시오). 주소, 포트, 네트워크를 확인하십시오.</translation>
        </message>
        <message>
            <source>{peer} took the connection and then said nothing for {waited_s:.0f} s; try again later, or ask those who run it.</source>
            <translation>{peer}이(가) 연결을 받은 뒤 {waited_s:.0f}초 동안 아무 응답이 없습니다. 나중에 다시 시도하거나 운영자에게 문의하십시오.</translation>
        </message>
        <message>
            <source>{peer} refused: {reason}.</source>
            <translation>{peer}이(가) 거절했습니다: {reason}.</translation>
        </message>
        <message>
            <source>This program cannot listen on port {port} ({error}); choose another store port in the settings and in the PACS.</source>
            <translation>이 프로그램이 포트 {port}에서 수신할 수 없습니다({error}). 설정과 PACS에서 다른 수신 포트를 고르십시오.</translation>
        </message>
        <message>
            <source>The TLS files of {peer} cannot be used ({error}); check them in the settings.</source>
            <translation>{peer}의 TLS 파일을 쓸 수 없습니다({error}). 설정에서 확인하십시오.</translation>
        </message>
        <message>
            <source>{peer} has not confirmed storage; it may do so later.</source>
            <translation>{peer}이(가) 아직 저장을 확인하지 않았습니다. 나중에 확인할 수 있습니다.</translation>
        </message>
        <message>
            <source>Storage is not confirmed: {error}</source>
            <translation>저장이 확인되지 않았습니다: {error}</translation>
        </message>
        <message>
            <source>{peer} does not confirm {failed} of {total} objects.</source>
            <translation>{peer}이(가) 객체 {total}개 가운데 {failed}개의 저장을 확인하지 않습니다.</translation>
        </message>
        <message>
            <source>{peer} confirms that it keeps all {total} objects.</source>
            <translation>{peer}이(가) 객체 {total}개를 모두 보관한다고 확인했습니다.</translation>
        </message>
        <message>
            <source>{peer} answers, but {reason}.</source>
            <translation>{peer}이(가) 응답하지만 문제가 있습니다: {reason}.</translation>
        </message>
        <message>
            <source>{peer} did not send {lacking} of {total} images of the study; those that came are kept, and fetching again asks for the rest.</source>
            <translation>{peer}이(가) 검사의 영상 {total}개 가운데 {lacking}개를 보내지 않았습니다. 받은 것은 보관되며, 다시 가져오면 나머지를 요청합니다.</translation>
        </message>
        <message>
            <source>{peer} has no study {study_uid}.</source>
            <translation>{peer}에 검사 {study_uid}이(가) 없습니다.</translation>
        </message>
        <message>
            <source>{peer} does not offer C-GET; choose C-MOVE for it.</source>
            <translation>{peer}은(는) C-GET을 제공하지 않습니다. C-MOVE를 선택하십시오.</translation>
        </message>
        <message>
            <source>{peer} did not send the study: {reason}.</source>
            <translation>{peer}이(가) 검사를 보내지 않았습니다: {reason}.</translation>
        </message>
        <message>
            <source>The study cannot be written to '{folder}': {reason}. What has come so far is kept; make room or choose another folder, and fetch again.</source>
            <translation>검사를 '{folder}'에 쓸 수 없습니다: {reason}. 지금까지 받은 것은 보관됩니다. 공간을 마련하거나 다른 폴더를 고른 뒤 다시 가져오십시오.</translation>
        </message>
        <message>
            <source>'{study_uid}' is no study UID; take one that the query gave.</source>
            <translation>'{study_uid}'은(는) 검사 UID가 아닙니다. 조회 결과에 있는 것을 쓰십시오.</translation>
        </message>
        <message>
            <source>'{place}' is there already; remove it to fetch it again.</source>
            <translation>'{place}'이(가) 이미 있습니다. 다시 가져오려면 지우십시오.</translation>
        </message>
        <message>
            <source>the dates run backwards, from {first} to {last}</source>
            <translation>날짜 범위가 거꾸로입니다: {first}부터 {last}까지</translation>
        </message>
        <message>
            <source>'{key}' must be a date like 20240131, not '{value}'</source>
            <translation>'{key}'은(는) 20240131과 같은 날짜여야 하며 '{value}'은(는) 쓸 수 없음</translation>
        </message>
        <message>
            <source>'{key}' must be 1 to 16 plain characters, not '{title}'</source>
            <translation>'{key}'은(는) 기본 문자 1~16자여야 하며 '{title}'은(는) 쓸 수 없음</translation>
        </message>
        <message>
            <source>'{key}' must lie between 1 and 65535, not {port}</source>
            <translation>'{key}'은(는) 1에서 65535 사이여야 하며 {port}은(는) 쓸 수 없음</translation>
        </message>
        <message>
            <source>'timeout_s' must lie between 1 and 3600, not {value}</source>
            <translation>'timeout_s'는 1에서 3600 사이여야 하며 {value}은(는) 쓸 수 없음</translation>
        </message>
        <message>
            <source>'host' must not be empty</source>
            <translation>'host'는 비워 둘 수 없음</translation>
        </message>
        <message>
            <source>'retrieve' must be one of {choice}, not '{value}'</source>
            <translation>'retrieve'는 {choice} 가운데 하나여야 하며 '{value}'은(는) 쓸 수 없음</translation>
        </message>
        <message>
            <source>{peer} has more than {count} such studies; narrow the query by patient, date or modality.</source>
            <translation>{peer}에 그런 검사가 {count}개보다 많습니다. 환자, 날짜, 검사 종류로 조회를 좁히십시오.</translation>
        </message>
        <message>
            <source>{peer} did not answer the query: {reason}.</source>
            <translation>{peer}이(가) 조회에 답하지 않았습니다: {reason}.</translation>
        </message>
        <message>
            <source>{error} {sent} of {total} files are stored there; sending again sends all of them, which is safe.</source>
            <translation>{error} 파일 {total}개 가운데 {sent}개가 그곳에 저장되었습니다. 다시 보내면 모두 다시 보내며, 그래도 안전합니다.</translation>
        </message>
        <message>
            <source>not sent, since it is the same object as '{same}'</source>
            <translation>'{same}'와(과) 같은 객체이므로 보내지 않음</translation>
        </message>
        <message>
            <source>'{path}' cannot be sent: it is no DICOM file, or cannot be read.</source>
            <translation>'{path}'을(를) 보낼 수 없습니다. DICOM 파일이 아니거나 읽을 수 없습니다.</translation>
        </message>
        <message>
            <source>it does not take this kind of object</source>
            <translation>이 종류의 객체를 받지 않음</translation>
        </message>
        <message>
            <source>the file can no longer be read</source>
            <translation>파일을 더 이상 읽을 수 없음</translation>
        </message>
        <message>
            <source>it takes no such encoding ({error})</source>
            <translation>그런 인코딩을 받지 않음({error})</translation>
        </message>
        <message>
            <source>The PACS settings {path} cannot be used: {error}. Mend the file or remove it.</source>
            <translation>PACS 설정 {path}을(를) 쓸 수 없습니다: {error}. 파일을 고치거나 지우십시오.</translation>
        </message>
        <message>
            <source>The PACS settings {path} cannot be written: {error}.</source>
            <translation>PACS 설정 {path}을(를) 쓸 수 없습니다: {error}.</translation>
        </message>
        <message>
            <source>it changed some elements</source>
            <translation>일부 요소가 바뀜</translation>
        </message>
        <message>
            <source>it left some elements out</source>
            <translation>일부 요소가 빠짐</translation>
        </message>
        <message>
            <source>it says that the object does not fit its kind</source>
            <translation>객체가 그 종류에 맞지 않는다고 함</translation>
        </message>
        <message>
            <source>stored, but {words} (status {code})</source>
            <translation>저장되었으나 {words}(상태 {code})</translation>
        </message>
        <message>
            <source>it failed</source>
            <translation>실패함</translation>
        </message>
        <message>
            <source>{words} (status {code})</source>
            <translation>{words}(상태 {code})</translation>
        </message>
        <message>
            <source>it failed to process the object</source>
            <translation>객체를 처리하지 못함</translation>
        </message>
        <message>
            <source>this program is not allowed to do that there</source>
            <translation>이 프로그램에는 그 권한이 없음</translation>
        </message>
        <message>
            <source>it does not know the operation</source>
            <translation>그 작업을 알지 못함</translation>
        </message>
        <message>
            <source>it is out of space or resources</source>
            <translation>공간이나 자원이 부족함</translation>
        </message>
        <message>
            <source>it does not know this program's AE title as a place to send to</source>
            <translation>이 프로그램의 AE 타이틀을 보낼 곳으로 알지 못함</translation>
        </message>
        <message>
            <source>it cannot understand the object or the query</source>
            <translation>객체나 조회를 이해하지 못함</translation>
        </message>
        <message>
            <source>it warns</source>
            <translation>경고가 있음</translation>
        </message>
        <message>
            <source>it gave no answer</source>
            <translation>응답이 없음</translation>
        </message>
        <message>
            <source>{first}, {rest}</source>
            <translation>{first}, {rest}</translation>
        </message>
        <message>
            <source>A DICOM object cannot be made, since the headers of this study break the standard; choose other formats (pdf, png, csv, json).</source>
            <translation>이 검사의 헤더가 표준에 어긋나 DICOM 객체를 만들 수 없습니다. 다른 형식(pdf, png, csv, json)을 고르십시오.</translation>
        </message>
        <message>
            <source>DICOM objects need the study's own files, and '{path}' can no longer be read; open the study again, or choose other formats.</source>
            <translation>DICOM 객체에는 검사의 원본 파일이 필요한데 '{path}'을(를) 더 이상 읽을 수 없습니다. 검사를 다시 열거나 다른 형식을 고르십시오.</translation>
        </message>
        <message>
            <source>no slice is flagged</source>
            <translation>표시된 영상이 없음</translation>
        </message>
        <message>
            <source>there is no finding to mark on images in gray</source>
            <translation>회색조 영상에 표시할 소견이 없음</translation>
        </message>
        <message>
            <source>the images have no place in the patient</source>
            <translation>영상의 환자 내 위치를 알 수 없음</translation>
        </message>
        <message>
            <source>Not written: {formats}, since {reasons}.</source>
            <translation>쓰지 않음: {formats}. 이유: {reasons}.</translation>
        </message>
        <message>
            <source>The paper size '{paper_size}' is not known; choose from {choice}.</source>
            <translation>용지 크기 '{paper_size}'을(를) 알 수 없습니다. {choice} 가운데에서 고르십시오.</translation>
        </message>
        <message>
            <source>The report format '{name}' is not known; choose from {choice}.</source>
            <translation>보고서 형식 '{name}'을(를) 알 수 없습니다. {choice} 가운데에서 고르십시오.</translation>
        </message>
        <message>
            <source>'{path}' is there already and was not written by this program; choose another folder, or move it away.</source>
            <translation>'{path}'이(가) 이미 있으며 이 프로그램이 쓴 것이 아닙니다. 다른 폴더를 고르거나 그 파일을 옮기십시오.</translation>
        </message>
        <message>
            <source>you may not write there, or one of its files is open in another program; close it, or choose a folder of your own</source>
            <translation>그곳에 쓸 권한이 없거나 그 안의 파일이 다른 프로그램에서 열려 있습니다. 닫거나 자신의 폴더를 고르십시오</translation>
        </message>
        <message>
            <source>the disk is full; free some space or choose another disk</source>
            <translation>디스크가 가득 찼습니다. 공간을 비우거나 다른 디스크를 고르십시오</translation>
        </message>
        <message>
            <source>your share of the disk is used up; free some space or choose another disk</source>
            <translation>할당된 디스크 용량을 다 썼습니다. 공간을 비우거나 다른 디스크를 고르십시오</translation>
        </message>
        <message>
            <source>the disk is read-only; choose another folder</source>
            <translation>디스크가 읽기 전용입니다. 다른 폴더를 고르십시오</translation>
        </message>
        <message>
            <source>part of that path is a file; choose a folder</source>
            <translation>경로의 일부가 파일입니다. 폴더를 고르십시오</translation>
        </message>
        <message>
            <source>that is a file; choose a folder</source>
            <translation>그것은 파일입니다. 폴더를 고르십시오</translation>
        </message>
        <message>
            <source>the path is too long; choose a shorter one</source>
            <translation>경로가 너무 깁니다. 더 짧은 것을 고르십시오</translation>
        </message>
        <message>
            <source>a folder has the name of a report's file; choose another folder</source>
            <translation>보고서 파일과 이름이 같은 폴더가 있습니다. 다른 폴더를 고르십시오</translation>
        </message>
        <message>
            <source>{error}; choose another folder</source>
            <translation>{error}. 다른 폴더를 고르십시오</translation>
        </message>
        <message>
            <source>The report cannot be written to '{folder}': {reason}.</source>
            <translation>보고서를 '{folder}'에 쓸 수 없습니다: {reason}.</translation>
        </message>
        <message>
            <source>you may not do that there</source>
            <translation>그 권한이 없음</translation>
        </message>
        <message>
            <source>the disk is full</source>
            <translation>디스크가 가득 참</translation>
        </message>
        <message>
            <source>your share of the disk is used up</source>
            <translation>할당된 디스크 용량을 다 씀</translation>
        </message>
        <message>
            <source>the disk is read-only</source>
            <translation>디스크가 읽기 전용임</translation>
        </message>
        <message>
            <source>it is not there</source>
            <translation>찾을 수 없음</translation>
        </message>
        <message>
            <source>part of that path is a file</source>
            <translation>경로의 일부가 파일임</translation>
        </message>
        <message>
            <source>that is a folder</source>
            <translation>폴더임</translation>
        </message>
        <message>
            <source>that is there already</source>
            <translation>이미 있음</translation>
        </message>
        <message>
            <source>the path is too long</source>
            <translation>경로가 너무 김</translation>
        </message>
        <message>
            <source>the disk does not work as it should</source>
            <translation>디스크가 정상적으로 동작하지 않음</translation>
        </message>
        <message>
            <source>another program uses it</source>
            <translation>다른 프로그램이 쓰고 있음</translation>
        </message>
        <message>
            <source>For research use only. Not for use in diagnostic procedures.</source>
            <translation>연구용으로만 사용하십시오. 진단에 사용하지 마십시오.</translation>
        </message>
        <message>
            <source>A negative result does not exclude HCC.</source>
            <translation>음성 결과가 HCC를 배제하지는 않습니다.</translation>
        </message>
        <message>
            <source>The heat map shows where the network looked; it is not a tumour outline.</source>
            <translation>히트맵은 신경망이 본 곳을 보여 줄 뿐 종양의 윤곽이 아닙니다.</translation>
        </message>
        <message>
            <source>Open &amp;folder…</source>
            <translation>폴더 열기(&amp;F)…</translation>
        </message>
        <message>
            <source>Open file or &amp;zip…</source>
            <translation>파일 또는 zip 열기(&amp;Z)…</translation>
        </message>
        <message>
            <source>Open the &amp;demo study</source>
            <translation>데모 검사 열기(&amp;D)</translation>
        </message>
        <message>
            <source>Open the simulated patient</source>
            <translation>시뮬레이션 환자를 엽니다</translation>
        </message>
        <message>
            <source>&amp;Quit</source>
            <translation>끝내기(&amp;Q)</translation>
        </message>
        <message>
            <source>Close the program</source>
            <translation>프로그램을 닫습니다</translation>
        </message>
        <message>
            <source>&amp;Detect</source>
            <translation>검출(&amp;D)</translation>
        </message>
        <message>
            <source>Look for HCC on the shown series</source>
            <translation>표시된 시리즈에서 HCC를 찾습니다</translation>
        </message>
        <message>
            <source>&amp;Cancel</source>
            <translation>취소(&amp;C)</translation>
        </message>
        <message>
            <source>Stop what is going on</source>
            <translation>진행 중인 작업을 멈춥니다</translation>
        </message>
        <message>
            <source>&amp;Export report…</source>
            <translation>보고서 내보내기(&amp;E)…</translation>
        </message>
        <message>
            <source>Write PDF, PNG and CSV</source>
            <translation>PDF, PNG, CSV를 씁니다</translation>
        </message>
        <message>
            <source>Export &amp;as…</source>
            <translation>다른 형식으로 내보내기(&amp;A)…</translation>
        </message>
        <message>
            <source>Choose formats, DICOM objects and folder</source>
            <translation>형식, DICOM 객체, 폴더 선택</translation>
        </message>
        <message>
            <source>Export as…</source>
            <translation>다른 형식…</translation>
        </message>
        <message>
            <source>Show or hide the heat map; hold the key to peek</source>
            <translation>히트맵을 켜거나 끕니다. 키를 누르고 있으면 잠깐 봅니다</translation>
        </message>
        <message>
            <source>&amp;Next finding</source>
            <translation>다음 소견(&amp;N)</translation>
        </message>
        <message>
            <source>Go to the next finding</source>
            <translation>다음 소견으로 갑니다</translation>
        </message>
        <message>
            <source>&amp;Previous finding</source>
            <translation>이전 소견(&amp;P)</translation>
        </message>
        <message>
            <source>Go to the finding before</source>
            <translation>이전 소견으로 갑니다</translation>
        </message>
        <message>
            <source>Next slice</source>
            <translation>다음 영상</translation>
        </message>
        <message>
            <source>One slice on</source>
            <translation>한 영상 앞으로</translation>
        </message>
        <message>
            <source>Previous slice</source>
            <translation>이전 영상</translation>
        </message>
        <message>
            <source>One slice back</source>
            <translation>한 영상 뒤로</translation>
        </message>
        <message>
            <source>Ten slices on</source>
            <translation>열 영상 앞으로</translation>
        </message>
        <message>
            <source>Ten slices back</source>
            <translation>열 영상 뒤로</translation>
        </message>
        <message>
            <source>First slice</source>
            <translation>첫 영상</translation>
        </message>
        <message>
            <source>To the first slice</source>
            <translation>첫 영상으로</translation>
        </message>
        <message>
            <source>Last slice</source>
            <translation>마지막 영상</translation>
        </message>
        <message>
            <source>To the last slice</source>
            <translation>마지막 영상으로</translation>
        </message>
        <message>
            <source>&amp;Cine</source>
            <translation>시네(&amp;C)</translation>
        </message>
        <message>
            <source>Let the slices run by themselves</source>
            <translation>영상을 자동으로 넘깁니다</translation>
        </message>
        <message>
            <source>Next series</source>
            <translation>다음 시리즈</translation>
        </message>
        <message>
            <source>Show the next series</source>
            <translation>다음 시리즈를 봅니다</translation>
        </message>
        <message>
            <source>Previous series</source>
            <translation>이전 시리즈</translation>
        </message>
        <message>
            <source>Show the series before</source>
            <translation>이전 시리즈를 봅니다</translation>
        </message>
        <message>
            <source>&amp;Reset view</source>
            <translation>보기 초기화(&amp;R)</translation>
        </message>
        <message>
            <source>Fit the image and take its own window</source>
            <translation>영상을 화면에 맞추고 원래 윈도우로 되돌립니다</translation>
        </message>
        <message>
            <source>Take back the last decision or measurement</source>
            <translation>마지막 판정이나 계측을 되돌립니다</translation>
        </message>
        <message>
            <source>Do again what was taken back</source>
            <translation>되돌린 것을 다시 합니다</translation>
        </message>
        <message>
            <source>Accept finding</source>
            <translation>소견 수락</translation>
        </message>
        <message>
            <source>Accept the selected finding</source>
            <translation>선택한 소견을 수락합니다</translation>
        </message>
        <message>
            <source>Accept</source>
            <translation>수락</translation>
        </message>
        <message>
            <source>Reject finding</source>
            <translation>소견 거부</translation>
        </message>
        <message>
            <source>Reject the selected finding</source>
            <translation>선택한 소견을 거부합니다</translation>
        </message>
        <message>
            <source>Reject</source>
            <translation>거부</translation>
        </message>
        <message>
            <source>Add finding here</source>
            <translation>여기에 소견 추가</translation>
        </message>
        <message>
            <source>Add a finding of your own at the pointer, the crosshair, or the middle of the view</source>
            <translation>포인터, 십자선 또는 화면 가운데에 자신의 소견을 추가합니다</translation>
        </message>
        <message>
            <source>Add</source>
            <translation>추가</translation>
        </message>
        <message>
            <source>Move finding here</source>
            <translation>소견을 여기로 옮기기</translation>
        </message>
        <message>
            <source>Move the selected finding to the pointer or the crosshair</source>
            <translation>선택한 소견을 포인터나 십자선으로 옮깁니다</translation>
        </message>
        <message>
            <source>Note on finding…</source>
            <translation>소견 메모…</translation>
        </message>
        <message>
            <source>Write a note on the selected finding</source>
            <translation>선택한 소견에 메모를 씁니다</translation>
        </message>
        <message>
            <source>Note…</source>
            <translation>메모…</translation>
        </message>
        <message>
            <source>Take the decision back</source>
            <translation>판정 취소</translation>
        </message>
        <message>
            <source>Decide nothing on the selected finding</source>
            <translation>선택한 소견의 판정을 없앱니다</translation>
        </message>
        <message>
            <source>Read first</source>
            <translation>먼저 판독</translation>
        </message>
        <message>
            <source>Hide results until you have been through the stack</source>
            <translation>모든 영상을 볼 때까지 결과를 숨깁니다</translation>
        </message>
        <message>
            <source>Show the results now</source>
            <translation>지금 결과 보기</translation>
        </message>
        <message>
            <source>Do not wait for the last slice</source>
            <translation>마지막 영상을 기다리지 않습니다</translation>
        </message>
        <message>
            <source>&amp;Key image</source>
            <translation>주요 영상(&amp;K)</translation>
        </message>
        <message>
            <source>Mark or unmark this slice</source>
            <translation>이 영상을 표시하거나 표시를 지웁니다</translation>
        </message>
        <message>
            <source>Delete measurement</source>
            <translation>계측 삭제</translation>
        </message>
        <message>
            <source>Delete the measurement under the pointer, or the last one of this slice</source>
            <translation>포인터 아래의 계측, 또는 이 영상의 마지막 계측을 삭제합니다</translation>
        </message>
        <message>
            <source>Delete all measurements</source>
            <translation>모든 계측 삭제</translation>
        </message>
        <message>
            <source>Delete them all in this series</source>
            <translation>이 시리즈의 계측을 모두 삭제합니다</translation>
        </message>
        <message>
            <source>One view</source>
            <translation>한 화면</translation>
        </message>
        <message>
            <source>Show one view</source>
            <translation>한 화면으로 봅니다</translation>
        </message>
        <message>
            <source>Two views</source>
            <translation>두 화면</translation>
        </message>
        <message>
            <source>Two series side by side</source>
            <translation>두 시리즈를 나란히 봅니다</translation>
        </message>
        <message>
            <source>Four views</source>
            <translation>네 화면</translation>
        </message>
        <message>
            <source>Up to four series</source>
            <translation>시리즈를 네 개까지 봅니다</translation>
        </message>
        <message>
            <source>Three planes</source>
            <translation>세 단면</translation>
        </message>
        <message>
            <source>Axial, coronal, sagittal</source>
            <translation>축상면, 관상면, 시상면</translation>
        </message>
        <message>
            <source>&amp;Link views</source>
            <translation>화면 연동(&amp;L)</translation>
        </message>
        <message>
            <source>Scroll and zoom views together; switched on again, how they stand then is kept</source>
            <translation>화면을 함께 넘기고 확대합니다. 다시 켜면 그때의 위치 차이가 유지됩니다</translation>
        </message>
        <message>
            <source>Reset offsets</source>
            <translation>위치 차이 초기화</translation>
        </message>
        <message>
            <source>Let linked views show the same place again</source>
            <translation>연동된 화면이 다시 같은 곳을 봅니다</translation>
        </message>
        <message>
            <source>Reference lines</source>
            <translation>참조선</translation>
        </message>
        <message>
            <source>Show where the other views lie</source>
            <translation>다른 화면의 위치를 표시합니다</translation>
        </message>
        <message>
            <source>Remove the crosshair</source>
            <translation>십자선 지우기</translation>
        </message>
        <message>
            <source>Mark no place</source>
            <translation>표시한 곳을 지웁니다</translation>
        </message>
        <message>
            <source>&amp;Merge series</source>
            <translation>시리즈 합치기(&amp;M)</translation>
        </message>
        <message>
            <source>Make one stack of the marked series</source>
            <translation>선택한 시리즈를 하나로 합칩니다</translation>
        </message>
        <message>
            <source>&amp;Automatically</source>
            <translation>자동(&amp;A)</translation>
        </message>
        <message>
            <source>Take the series apart as opening does</source>
            <translation>열 때와 같은 방식으로 나눕니다</translation>
        </message>
        <message>
            <source>By &amp;place</source>
            <translation>위치별(&amp;P)</translation>
        </message>
        <message>
            <source>First, second, third image at each place</source>
            <translation>각 위치의 첫째, 둘째, 셋째 영상</translation>
        </message>
        <message>
            <source>By &amp;image type</source>
            <translation>영상 종류별(&amp;I)</translation>
        </message>
        <message>
            <source>Water, fat, magnitude and the like</source>
            <translation>물, 지방, 크기 영상 등</translation>
        </message>
        <message>
            <source>By &amp;echo time</source>
            <translation>에코 시간별(&amp;E)</translation>
        </message>
        <message>
            <source>One series for each echo</source>
            <translation>에코마다 한 시리즈</translation>
        </message>
        <message>
            <source>By &amp;time point</source>
            <translation>시점별(&amp;T)</translation>
        </message>
        <message>
            <source>By the number of the time point</source>
            <translation>시점 번호로 나눕니다</translation>
        </message>
        <message>
            <source>By t&amp;rigger time</source>
            <translation>트리거 시간별(&amp;R)</translation>
        </message>
        <message>
            <source>By the time since the trigger</source>
            <translation>트리거 이후의 시간으로 나눕니다</translation>
        </message>
        <message>
            <source>By a&amp;cquisition time</source>
            <translation>획득 시각별(&amp;C)</translation>
        </message>
        <message>
            <source>By the time of day</source>
            <translation>촬영한 시각으로 나눕니다</translation>
        </message>
        <message>
            <source>By acquisition &amp;number</source>
            <translation>획득 번호별(&amp;N)</translation>
        </message>
        <message>
            <source>By the acquisition's number</source>
            <translation>획득 번호로 나눕니다</translation>
        </message>
        <message>
            <source>&amp;Undo merge or split</source>
            <translation>합치기/나누기 취소(&amp;U)</translation>
        </message>
        <message>
            <source>Take back the last merge or split</source>
            <translation>마지막 합치기나 나누기를 취소합니다</translation>
        </message>
        <message>
            <source>Series as &amp;opened</source>
            <translation>열었을 때의 시리즈로(&amp;O)</translation>
        </message>
        <message>
            <source>Take back all merges and splits</source>
            <translation>모든 합치기와 나누기를 취소합니다</translation>
        </message>
        <message>
            <source>Close study</source>
            <translation>검사 닫기</translation>
        </message>
        <message>
            <source>Close the shown study</source>
            <translation>표시된 검사를 닫습니다</translation>
        </message>
        <message>
            <source>Next study</source>
            <translation>다음 검사</translation>
        </message>
        <message>
            <source>Show the next open study</source>
            <translation>열린 다음 검사를 봅니다</translation>
        </message>
        <message>
            <source>Fetch from &amp;PACS…</source>
            <translation>PACS에서 가져오기(&amp;P)…</translation>
        </message>
        <message>
            <source>Find a study in a PACS and open it</source>
            <translation>PACS에서 검사를 찾아 엽니다</translation>
        </message>
        <message>
            <source>&amp;Send results to PACS…</source>
            <translation>PACS로 결과 보내기(&amp;S)…</translation>
        </message>
        <message>
            <source>Send the shown result to a PACS</source>
            <translation>표시된 결과를 PACS로 보냅니다</translation>
        </message>
        <message>
            <source>PACS &amp;addresses…</source>
            <translation>PACS 주소(&amp;A)…</translation>
        </message>
        <message>
            <source>Addresses, AE titles, and a test of them</source>
            <translation>주소, AE 타이틀, 그리고 시험</translation>
        </message>
        <message>
            <source>Copy without &amp;identity…</source>
            <translation>신원 없이 복사(&amp;I)…</translation>
        </message>
        <message>
            <source>Write a copy of the study without identity</source>
            <translation>신원이 없는 검사 사본을 씁니다</translation>
        </message>
        <message>
            <source>&amp;Settings…</source>
            <translation>설정(&amp;S)…</translation>
        </message>
        <message>
            <source>Mouse, display, language, sessions</source>
            <translation>마우스, 표시, 언어, 세션</translation>
        </message>
        <message>
            <source>Zoom in</source>
            <translation>확대</translation>
        </message>
        <message>
            <source>Enlarge</source>
            <translation>크게 봅니다</translation>
        </message>
        <message>
            <source>Zoom out</source>
            <translation>축소</translation>
        </message>
        <message>
            <source>Make smaller</source>
            <translation>작게 봅니다</translation>
        </message>
        <message>
            <source>1:1</source>
            <translation>1:1</translation>
        </message>
        <message>
            <source>One image pixel on one screen pixel</source>
            <translation>영상 화소 하나를 화면 화소 하나로</translation>
        </message>
        <message>
            <source>Rotate &amp;right</source>
            <translation>오른쪽으로 회전(&amp;R)</translation>
        </message>
        <message>
            <source>A quarter turn clockwise</source>
            <translation>시계 방향으로 90° 회전</translation>
        </message>
        <message>
            <source>Rotate &amp;left</source>
            <translation>왼쪽으로 회전(&amp;L)</translation>
        </message>
        <message>
            <source>A quarter turn anticlockwise</source>
            <translation>시계 반대 방향으로 90° 회전</translation>
        </message>
        <message>
            <source>Flip left to right</source>
            <translation>좌우 뒤집기</translation>
        </message>
        <message>
            <source>Exchange left and right</source>
            <translation>왼쪽과 오른쪽을 바꿉니다</translation>
        </message>
        <message>
            <source>Flip top to bottom</source>
            <translation>상하 뒤집기</translation>
        </message>
        <message>
            <source>Exchange top and bottom</source>
            <translation>위와 아래를 바꿉니다</translation>
        </message>
        <message>
            <source>Window: automatic</source>
            <translation>윈도우: 자동</translation>
        </message>
        <message>
            <source>From the shown slice's values</source>
            <translation>표시된 영상의 값에서</translation>
        </message>
        <message>
            <source>Window: of the series</source>
            <translation>윈도우: 시리즈 값</translation>
        </message>
        <message>
            <source>The window in the files</source>
            <translation>파일에 있는 윈도우</translation>
        </message>
        <message>
            <source>Window: more contrast</source>
            <translation>윈도우: 대비 높게</translation>
        </message>
        <message>
            <source>Half the series' window</source>
            <translation>시리즈 윈도우의 절반</translation>
        </message>
        <message>
            <source>Window: less contrast</source>
            <translation>윈도우: 대비 낮게</translation>
        </message>
        <message>
            <source>Twice the series' window</source>
            <translation>시리즈 윈도우의 두 배</translation>
        </message>
        <message>
            <source>Window: liver</source>
            <translation>윈도우: 간</translation>
        </message>
        <message>
            <source>The shown slice's brighter half</source>
            <translation>표시된 영상의 밝은 절반</translation>
        </message>
        <message>
            <source>Window: dark structures</source>
            <translation>윈도우: 어두운 구조</translation>
        </message>
        <message>
            <source>The darker half</source>
            <translation>어두운 절반</translation>
        </message>
        <message>
            <source>Window: high contrast</source>
            <translation>윈도우: 고대비</translation>
        </message>
        <message>
            <source>A quarter of the window</source>
            <translation>윈도우의 4분의 1</translation>
        </message>
        <message>
            <source>Window: flat</source>
            <translation>윈도우: 평탄</translation>
        </message>
        <message>
            <source>Four times the window</source>
            <translation>윈도우의 네 배</translation>
        </message>
        <message>
            <source>Window: middle 90 %</source>
            <translation>윈도우: 중간 90 %</translation>
        </message>
        <message>
            <source>From the whole series</source>
            <translation>시리즈 전체에서</translation>
        </message>
        <message>
            <source>Window: full range</source>
            <translation>윈도우: 전체 범위</translation>
        </message>
        <message>
            <source>From lowest to highest value</source>
            <translation>가장 낮은 값에서 가장 높은 값까지</translation>
        </message>
        <message>
            <source>Copy &amp;image</source>
            <translation>영상 복사(&amp;I)</translation>
        </message>
        <message>
            <source>Copy the view as a picture, without the patient's identity</source>
            <translation>보기를 환자 정보 없이 그림으로 복사합니다</translation>
        </message>
        <message>
            <source>DICOM &amp;header…</source>
            <translation>DICOM 헤더(&amp;H)…</translation>
        </message>
        <message>
            <source>What the file of this slice says</source>
            <translation>이 영상 파일의 헤더를 봅니다</translation>
        </message>
        <message>
            <source>&amp;Invert</source>
            <translation>반전(&amp;I)</translation>
        </message>
        <message>
            <source>Turn black and white round</source>
            <translation>흑백을 뒤집습니다</translation>
        </message>
        <message>
            <source>Overlay &amp;text</source>
            <translation>영상 위 글자(&amp;T)</translation>
        </message>
        <message>
            <source>All, less, none</source>
            <translation>전체, 일부, 없음</translation>
        </message>
        <message>
            <source>&amp;Smooth pixels</source>
            <translation>화소 부드럽게(&amp;S)</translation>
        </message>
        <message>
            <source>Interpolate, or show pixels</source>
            <translation>보간하거나 화소 그대로 봅니다</translation>
        </message>
        <message>
            <source>Hide patient &amp;identity</source>
            <translation>환자 신원 숨기기(&amp;I)</translation>
        </message>
        <message>
            <source>Show no name, identifier or birth date</source>
            <translation>이름, 번호, 생년월일을 표시하지 않습니다</translation>
        </message>
        <message>
            <source>F&amp;ull screen</source>
            <translation>전체 화면(&amp;U)</translation>
        </message>
        <message>
            <source>Fill the screen</source>
            <translation>화면을 채웁니다</translation>
        </message>
        <message>
            <source>&amp;Window / level</source>
            <translation>윈도우 / 레벨(&amp;W)</translation>
        </message>
        <message>
            <source>Left drag sets the window</source>
            <translation>왼쪽 끌기로 윈도우를 정합니다</translation>
        </message>
        <message>
            <source>&amp;Zoom</source>
            <translation>확대/축소(&amp;Z)</translation>
        </message>
        <message>
            <source>Left drag zooms</source>
            <translation>왼쪽 끌기로 확대/축소합니다</translation>
        </message>
        <message>
            <source>&amp;Pan</source>
            <translation>이동(&amp;P)</translation>
        </message>
        <message>
            <source>Left drag moves the image</source>
            <translation>왼쪽 끌기로 영상을 옮깁니다</translation>
        </message>
        <message>
            <source>&amp;Scroll</source>
            <translation>넘기기(&amp;S)</translation>
        </message>
        <message>
            <source>Left drag passes slices</source>
            <translation>왼쪽 끌기로 영상을 넘깁니다</translation>
        </message>
        <message>
            <source>&amp;Distance</source>
            <translation>거리(&amp;D)</translation>
        </message>
        <message>
            <source>Left drag measures a length</source>
            <translation>왼쪽 끌기로 길이를 잽니다</translation>
        </message>
        <message>
            <source>&amp;Angle</source>
            <translation>각도(&amp;A)</translation>
        </message>
        <message>
            <source>Drag one leg, click the end of the other</source>
            <translation>한 변을 끌고 다른 변의 끝을 클릭합니다</translation>
        </message>
        <message>
            <source>&amp;Region</source>
            <translation>영역(&amp;R)</translation>
        </message>
        <message>
            <source>Drag an ellipse: mean, SD, area</source>
            <translation>타원을 끕니다: 평균, SD, 면적</translation>
        </message>
        <message>
            <source>&amp;Crosshair</source>
            <translation>십자선(&amp;C)</translation>
        </message>
        <message>
            <source>Mark a place in all views</source>
            <translation>모든 화면에 한 곳을 표시합니다</translation>
        </message>
        <message>
            <source>Show the &amp;log folder</source>
            <translation>로그 폴더 보기(&amp;L)</translation>
        </message>
        <message>
            <source>Open the folder of the log file</source>
            <translation>로그 파일의 폴더를 엽니다</translation>
        </message>
        <message>
            <source>&amp;Licences</source>
            <translation>라이선스(&amp;L)</translation>
        </message>
        <message>
            <source>Of the program and of the libraries in it</source>
            <translation>프로그램과 포함된 라이브러리의 라이선스</translation>
        </message>
        <message>
            <source>&amp;First steps</source>
            <translation>첫걸음(&amp;F)</translation>
        </message>
        <message>
            <source>The hint of the first start</source>
            <translation>처음 시작할 때의 안내</translation>
        </message>
        <message>
            <source>&amp;Models…</source>
            <translation>모델(&amp;M)…</translation>
        </message>
        <message>
            <source>Install, choose and remove model files</source>
            <translation>모델 파일을 설치, 선택, 제거합니다</translation>
        </message>
        <message>
            <source>&amp;Reading study…</source>
            <translation>판독 연구(&amp;R)…</translation>
        </message>
        <message>
            <source>Read blinded cases against the clock</source>
            <translation>가려진 증례를 시간을 재며 판독합니다</translation>
        </message>
        <message>
            <source>&amp;Keys and mouse</source>
            <translation>키와 마우스(&amp;K)</translation>
        </message>
        <message>
            <source>What keys and buttons do</source>
            <translation>키와 버튼의 기능</translation>
        </message>
        <message>
            <source>&amp;About HCC Viewer</source>
            <translation>HCC Viewer 정보(&amp;A)</translation>
        </message>
        <message>
            <source>Version, model card, limits</source>
            <translation>버전, 모델 카드, 한계</translation>
        </message>
        <message>
            <source>&amp;File</source>
            <translation>파일(&amp;F)</translation>
        </message>
        <message>
            <source>&amp;Edit</source>
            <translation>편집(&amp;E)</translation>
        </message>
        <message>
            <source>&amp;View</source>
            <translation>보기(&amp;V)</translation>
        </message>
        <message>
            <source>&amp;Go</source>
            <translation>이동(&amp;G)</translation>
        </message>
        <message>
            <source>&amp;Detection</source>
            <translation>검출(&amp;D)</translation>
        </message>
        <message>
            <source>&amp;Mouse</source>
            <translation>마우스(&amp;M)</translation>
        </message>
        <message>
            <source>&amp;Help</source>
            <translation>도움말(&amp;H)</translation>
        </message>
        <message>
            <source>As OHIF and Horos</source>
            <translation>OHIF와 Horos처럼</translation>
        </message>
        <message>
            <source>As Weasis</source>
            <translation>Weasis처럼</translation>
        </message>
        <message>
            <source>As MITK (PACS)</source>
            <translation>MITK(PACS)처럼</translation>
        </message>
        <message>
            <source>As the profile says</source>
            <translation>프로파일대로</translation>
        </message>
        <message>
            <source>Window / level</source>
            <translation>윈도우 / 레벨</translation>
        </message>
        <message>
            <source>Zoom</source>
            <translation>확대/축소</translation>
        </message>
        <message>
            <source>Pan</source>
            <translation>이동</translation>
        </message>
        <message>
            <source>Scroll slices</source>
            <translation>영상 넘기기</translation>
        </message>
        <message>
            <source>Nothing</source>
            <translation>없음</translation>
        </message>
        <message>
            <source>Date</source>
            <translation>날짜</translation>
        </message>
        <message>
            <source>Patient</source>
            <translation>환자</translation>
        </message>
        <message>
            <source>Patient ID</source>
            <translation>환자 ID</translation>
        </message>
        <message>
            <source>Description</source>
            <translation>설명</translation>
        </message>
        <message>
            <source>Modalities</source>
            <translation>검사 장비</translation>
        </message>
        <message>
            <source>Images</source>
            <translation>영상 수</translation>
        </message>
        <message>
            <source>Patient name</source>
            <translation>환자 이름</translation>
        </message>
        <message>
            <source>From (YYYYMMDD)</source>
            <translation>시작일 (YYYYMMDD)</translation>
        </message>
        <message>
            <source>To (YYYYMMDD)</source>
            <translation>종료일 (YYYYMMDD)</translation>
        </message>
        <message>
            <source>Modality</source>
            <translation>검사 장비</translation>
        </message>
        <message>
            <source>Address</source>
            <translation>주소</translation>
        </message>
        <message>
            <source>TLS: authority's certificate</source>
            <translation>TLS: 인증 기관 인증서</translation>
        </message>
        <message>
            <source>TLS: own certificate</source>
            <translation>TLS: 자체 인증서</translation>
        </message>
        <message>
            <source>TLS: own key</source>
            <translation>TLS: 자체 키</translation>
        </message>
        <message>
            <source>Findings and decisions as structured report</source>
            <translation>소견과 판정(구조화 보고서)</translation>
        </message>
        <message>
            <source>Flagged slices and key images as key objects</source>
            <translation>표시된 단면과 주요 영상(키 객체)</translation>
        </message>
        <message>
            <source>Flagged slices with heat map as pictures</source>
            <translation>히트맵을 겹친 표시 단면(그림)</translation>
        </message>
        <message>
            <source>The report as PDF</source>
            <translation>PDF 보고서</translation>
        </message>
        <message>
            <source>Marks on the original images</source>
            <translation>원본 영상 위의 표시</translation>
        </message>
        <message>
            <source>The map's numbers</source>
            <translation>맵의 수치</translation>
        </message>
        <message>
            <source>Report as PDF</source>
            <translation>PDF 보고서</translation>
        </message>
        <message>
            <source>Pages as pictures (PNG)</source>
            <translation>페이지 그림 (PNG)</translation>
        </message>
        <message>
            <source>Tables of slices and findings (CSV)</source>
            <translation>단면과 소견 표 (CSV)</translation>
        </message>
        <message>
            <source>Choose a folder.</source>
            <translation>폴더를 선택하십시오.</translation>
        </message>
        <message>
            <source>The files go into this folder.</source>
            <translation>파일이 이 폴더에 저장됩니다.</translation>
        </message>
        <message>
            <source>An earlier report is in this folder.</source>
            <translation>이 폴더에 이전 보고서가 있습니다.</translation>
        </message>
        <message>
            <source>Other files are in this folder; a new folder is made in it.</source>
            <translation>이 폴더에 다른 파일이 있어 안에 새 폴더를 만듭니다.</translation>
        </message>
        <message>
            <source>That is a file; choose a folder.</source>
            <translation>파일입니다. 폴더를 선택하십시오.</translation>
        </message>
        <message>
            <source>{count} accepted</source>
            <translation>수락 {count}</translation>
        </message>
        <message>
            <source>{count} corrected</source>
            <translation>수정 {count}</translation>
        </message>
        <message>
            <source>{count} rejected</source>
            <translation>거부 {count}</translation>
        </message>
        <message>
            <source>{count} added</source>
            <translation>추가 {count}</translation>
        </message>
        <message>
            <source>{count} open</source>
            <translation>미정 {count}</translation>
        </message>
        <message>
            <source>#</source>
            <translation>#</translation>
        </message>
        <message>
            <source>Rank by probability; R marks a finding of the reader</source>
            <translation>확률 순위. R은 판독자의 소견</translation>
        </message>
        <message>
            <source>Slices</source>
            <translation>영상</translation>
        </message>
        <message>
            <source>Slices of this finding; a click shows the one where it peaks</source>
            <translation>이 소견의 영상. 클릭하면 확률이 가장 높은 영상을 봅니다</translation>
        </message>
        <message>
            <source>Prob.</source>
            <translation>확률</translation>
        </message>
        <message>
            <source>Probability of HCC at the peak slice, 0 to 1</source>
            <translation>가장 높은 영상에서의 HCC 확률, 0에서 1</translation>
        </message>
        <message>
            <source>Place (mm)</source>
            <translation>위치 (mm)</translation>
        </message>
        <message>
            <source>Center in the patient: R/L, A/P, H/F from the frame's origin</source>
            <translation>환자 좌표계에서의 중심: R/L, A/P, H/F</translation>
        </message>
        <message>
            <source>Extent</source>
            <translation>크기</translation>
        </message>
        <message>
            <source>Greatest in-plane width of the region where the CAM is at least half its peak</source>
            <translation>CAM이 최댓값의 절반 이상인 영역의 단면 내 최대 폭</translation>
        </message>
        <message>
            <source>What the reader decided, and the note: Y accepts, R rejects, M adds</source>
            <translation>판독자의 판정과 메모: Y 수락, R 거부, M 추가</translation>
        </message>
        <message>
            <source>Slice</source>
            <translation>영상</translation>
        </message>
        <message>
            <source>Counted from 1 at the foot end</source>
            <translation>발쪽 끝에서 1부터 셈</translation>
        </message>
        <message>
            <source>Position (mm)</source>
            <translation>위치 (mm)</translation>
        </message>
        <message>
            <source>Along the stack's normal</source>
            <translation>영상 묶음의 수직 방향</translation>
        </message>
        <message>
            <source>Probability of HCC, 0 to 1</source>
            <translation>HCC 확률, 0에서 1</translation>
        </message>
        <message>
            <source>Finding</source>
            <translation>소견</translation>
        </message>
        <message>
            <source>The finding that this slice belongs to</source>
            <translation>이 영상이 속한 소견</translation>
        </message>
        <message>
            <source>coronal</source>
            <translation>관상면</translation>
        </message>
        <message>
            <source>sagittal</source>
            <translation>시상면</translation>
        </message>
        <message>
            <source>oblique</source>
            <translation>사면</translation>
        </message>
        <message>
            <source>unknown</source>
            <translation>방향 모름</translation>
        </message>
        <message>
            <source>Axial reformat</source>
            <translation>축상면 재구성</translation>
        </message>
        <message>
            <source>Coronal reformat</source>
            <translation>관상면 재구성</translation>
        </message>
        <message>
            <source>Sagittal reformat</source>
            <translation>시상면 재구성</translation>
        </message>
        <message>
            <source>High sensitivity</source>
            <translation>높은 민감도</translation>
        </message>
        <message>
            <source>Balanced</source>
            <translation>균형</translation>
        </message>
        <message>
            <source>High specificity</source>
            <translation>높은 특이도</translation>
        </message>
        <message>
            <source>simulated images only; not validated on patients</source>
            <translation>시뮬레이션 영상만; 환자에서 검증되지 않음</translation>
        </message>
    </context>
</TS>
